#include <gtest/gtest.h>

#include <string>

#include "tests/unit/check_case.h"

// What is warned of, and the neighbour of each that is not. The wording is in
// the golden pairs of tests/diagnostics.

namespace audienced {
namespace {

const CheckCase kLints[] = {
    // Never and always.
    {.text = "{ did: carted, times: { below: 0 } }",
     .expected = "never-matches"},
    {.text = "{ did: carted, times: { below: 1 } }"},
    {.text = "{ did_not: carted, times: { at_least: 0 } }",
     .expected = "never-matches"},
    {.text = "{ did: carted, which: first, times: 2 }",
     .expected = "never-matches"},
    {.text = "{ did: carted, which: first, times: 1 }"},
    {.text = "{ did: carted, in: today, days: { at_least: 2 } }",
     .expected = "never-matches"},
    {.text = "{ did: carted, in: this_week, days: { at_least: 2 } }"},
    {.text = "{ did: carted, where: { a: { exists: false, above: 1 } } }",
     .expected = "never-matches"},
    {.text = "{ did: carted, where: { a: { exists: false, is_not: 1 } } }"},
    {.text = "{ all: [{ did: carted }, { did_not: carted }] }",
     .expected = "never-matches"},
    {.text = "{ all: [{ did: carted }, { did_not: carted, in_last: 1d }] }"},
    // What one part says is ruled out by another.
    {.text = "{ all: [{ did: carted, in_last: 1d, times: 2 }, { did_not: "
             "carted, in_last: 2d }] }",
     .expected = "never-matches"},
    {.text = "{ all: [{ did_not: [viewed, carted], in_last: 2d }, { did: "
             "carted, in_last: 1d, where: { device: ios } }] }",
     .expected = "never-matches"},
    {.text = "{ all: [{ did: carted, since: 2026-11-02 }, { none: [{ did: "
             "viewed }, { did: carted, since: 2026-11-01 }] }] }",
     .expected = "never-matches"},
    {.text = "{ all: [{ all: [{ did: viewed }, { did: carted, in: today }] }, "
             "{ did_not: carted, in: today }] }",
     .expected = "never-matches"},
    {.text = "{ all: [{ did: carted, in_last: 2d }, { did_not: carted, "
             "in_last: 1d }] }"},
    {.text = "{ all: [{ did: carted, in_last: 1d }, { did_not: carted, "
             "in_last: 2d, times: 2 }] }"},
    {.text = "{ all: [{ did: [viewed, carted], in_last: 1d }, { did_not: "
             "carted, in_last: 2d }] }"},
    {.text = "{ all: [{ did: carted, in_last: 1d }, { did_not: carted, "
             "in_last: 2d, where: { device: ios } }] }"},
    {.text = "{ all: [{ did: viewed }, { did: carted, times: { at_most: 2 }, "
             "in_last: 1d }, { did_not: carted, in_last: 2d }] }"},
    {.text = "{ all: [{ any: [{ did: carted, in_last: 1d }, { did: viewed }] },"
             " { did_not: carted, in_last: 1d }] }"},
    {.text = "{ did: carted, in_last: 1d }, except: { did: carted }",
     .expected = "never-matches"},
    {.text = "{ did: carted, times: 2 }, except: { any: [{ did: viewed }, "
             "{ did: carted }] }",
     .expected = "never-matches"},
    {.text = "{ did: carted }, except: { did: carted, in_last: 1d }"},
    // A wait that is as long as the window.
    {.text = "{ sequence: [{ did: carted }, { did_not: viewed, for: 3d }], "
             "in_last: 3d }",
     .expected = "never-matches"},
    {.text = "{ sequence: [{ did: carted }, { did_not: viewed, within: 4d }], "
             "in_last: 3d }",
     .expected = "never-matches"},
    {.text = "{ sequence: [{ did: carted }, { did_not: viewed, for: 71h }], "
             "in_last: 3d }"},
    {.text = "{ sequence: [{ did: carted }, { did_not: viewed, for: 3d }] }"},
    // More days than a window has: a day of 23 hours lets seven touch nine.
    {.text = "{ did: carted, in_last: 7d, days: { at_least: 10 } }",
     .expected = "never-matches"},
    {.text = "{ did: carted, in_last: 7d, days: { exactly: 9 } }"},
    {.text = "{ did: carted, in: this_month, days: { above: 31 } }",
     .expected = "never-matches"},
    {.text = "{ did: carted, days: { at_least: 1000 } }"},
    // Numbers that no number is.
    {.text = "{ did: carted, where: { value: { at_least: 10, below: 5 } } }",
     .expected = "never-matches"},
    {.text = "{ did: carted, where: { value: { at_least: 5, below: 5 } } }",
     .expected = "never-matches"},
    {.text = "{ did: carted, where: { value: { at_least: 5, at_most: 5 } } }"},
    {.text = "{ did: carted, where: { item: { price: { above: 9, below: 5 } } "
             "} }",
     .expected = "never-matches"},
    {.text = "{ did: carted, where: { price: { above: 9, below: 5 } } }"},
    // A list has more than one number.
    {.text = "{ trait: { age: { between: [20, 30], above: 30 } } }"},
    {.text = "{ did: carted, where: { rating: { above: 9, below: 5 } } }"},
    // No event is what it asks for.
    {.text = "{ did: carted, where: { value: { above: 9, below: 5 } }, times: "
             "{ at_most: 2 } }",
     .expected = "always-true"},
    {.text = "{ all: [{ did: viewed }, { did_not: carted, where: { value: { "
             "above: 9, below: 5 } }, times: { at_most: 2 } }] }",
     .expected = "never-matches"},
    // Of an event with shoes and hats the hats alone pass.
    {.text = "{ all: [{ did: viewed, same: item_id, where: { item_category: { "
             "is_not: Shoes } } }, { did_not: viewed, where: { item_category: "
             "{ is_not: Shoes } } }] }"},
    {.text = "{ all: [{ did: viewed, same: campaign }, { did_not: viewed }] }",
     .expected = "never-matches"},
    {.text = "{ any: [{ did: carted }, { none: [{ did: carted }] }] }",
     .expected = "always-true"},
    {.text = "{ all: [{ did: carted }, { sample: 100% }] }",
     .expected = "always-true"},
    {.text = "{ all: [{ did: carted }, { sample: 99% }] }"},
    // Negation alone.
    {.text = "{ did_not: carted }", .expected = "negation-only"},
    {.text = "{ none: [{ did: carted }] }", .expected = "negation-only"},
    {.text = "{ trait: { plan: { is_not: pro } } }",
     .expected = "negation-only"},
    {.text = "{ trait: { plan: pro } }"},
    {.text = "{ all: [{ did_not: carted }, { sample: 10% }] }",
     .expected = "negation-only"},
    {.text = "{ all: [{ did_not: carted }, { known_for: 30d }] }"},
    {.text = "{ any: [{ did_not: carted }, { did: viewed }] }",
     .expected = "negation-only"},
    {.text = "{ did_not: carted }, stay: 1d",
     .expected = "negation-only stay-outlives-absence"},
    // An absence that `stay` outlives.
    {.text = "{ sequence: [{ did: carted }, { did_not: viewed }] }, stay: 1d",
     .expected = "stay-outlives-absence"},
    {.text = "{ sequence: [{ did: carted }, { did_not: viewed,"
             " within: 1h }] }, stay: 1d"},
    {.text = "{ did: carted }, except: { did_not: viewed }, stay: 1d"},
    {.text = "{ did: carted }, except: { did: carted }",
     .expected = "never-matches"},
    {.text = "{ did: carted }, except: { did: carted }, stay: 1d"},
};

TEST(Lints, BothSidesOfEachRule) {
  for (const CheckCase& one : kLints) {
    const Loaded loaded = Load(ShopWith("  tested: { who: " + one.text + " }"));
    EXPECT_EQ(Codes(loaded), one.expected) << one.text << "\n" << loaded.text();
    EXPECT_FALSE(loaded.diagnostics.has_errors()) << one.text;
  }
}

TEST(Lints, FindAudiencesThatAreTheSame) {
  const auto codes = [](const std::string& first, const std::string& second) {
    return Codes(Load(ShopWith("  first: { who: " + first +
                               " }\n  second: { who: " + second + " }\n")));
  };
  EXPECT_EQ(codes("{ did: [carted, viewed], in_last: 7d }",
                  "{ did: [viewed, carted], in_last: 1w }"),
            "same-audience");
  EXPECT_EQ(
      codes("{ did: carted, in_last: 7d }", "{ did: carted, in_last: 8d }"),
      "");
  EXPECT_EQ(codes("{ did: carted }, stay: 1d", "{ did: carted }"), "");
  EXPECT_EQ(codes("{ did: carted, where: { a: 1 } }",
                  "{ did: carted, where: { a: '1' } }"),
            "");
  EXPECT_EQ(codes("{ did: carted }, title: One",
                  "{ all: [{ did: carted }] }, title: Two"),
            "same-audience");
}

TEST(Lints, CountEveryUseOfAConversion) {
  const auto codes = [](const std::string& rest) {
    return Codes(
        Load("version: 1\nconversions:\n"
             "  a: { kind: macro, event: a }\n" +
             rest));
  };
  EXPECT_EQ(codes(""), "unused-conversion");
  EXPECT_EQ(codes("ladders: { l: { rungs: [a] } }"), "");
  EXPECT_EQ(codes("scores: { s: { points: { a: 1 } } }"), "");
  EXPECT_EQ(codes("audiences: { x: { who: { did: a } } }"), "");
  EXPECT_EQ(codes("audiences: { x: { who: { did: { event: b } },"
                  " except: { sequence: [{ did: a }] } } }"),
            "");
  // Whose worth is said is there for a report.
  EXPECT_EQ(codes("  b: { kind: micro, event: b, worth: learned }\n"), "");
  EXPECT_EQ(codes("  b: { kind: micro, event: b, worth: 5 }\n"), "");
  EXPECT_EQ(codes("  b: { kind: micro, event: b }\n"),
            "unused-conversion unused-conversion");
  // What is learned is measured by the macro conversion.
  EXPECT_EQ(codes("  b: { kind: micro, event: b, worth: learned }\n"
                  "scores: { s: { points: { b: 1 } } }"),
            "");
}

}  // namespace
}  // namespace audienced
