// What changes the fingerprint of an audience, and what does not.

#include "rules/language/meaning/rulebook_meaning.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/loading.h"

namespace audienced {
namespace {

// A rulebook whose audience `tested` reads one of everything.
constexpr char kShop[] = R"yaml(
version: 1
timezone: Europe/London
conversions:
  viewed: { kind: micro, role: process, event: view_item }
  carted: { kind: micro, role: process, event: [add_to_cart, cart] }
  read: { kind: micro, role: secondary, event: article, once_per: day }
  purchased: { kind: macro, event: purchase }
ladders: { shop: { rungs: [viewed, carted, purchased], all_within: 7d } }
scores: { heat: { points: { viewed: 1, carted: 5 }, half_life: 14d } }
consents: { email: denied, ads: denied }
audiences:
  readers: { who: { did: read, in_last: 30d } }
  first: { who: { did: carted }, group: g, priority: 1 }
  tested:
    title: Tested
    who:
      all:
        - { did: [carted, viewed], in: this_week }
        - { score: { of: heat, at_least: 5 } }
        - { on_rung: { ladder: shop, rung: carted } }
        - { in_audience: readers }
    consent: [email]
    group: g
    priority: 2
    holdout: 10%
    context: [items, value]
  apart: { who: { did: viewed } }
)yaml";

struct Fingerprints {
  std::string tested;
  std::string apart;
  std::string rulebook;
};

// Of kShop with `from` replaced by `to`.
Fingerprints With(const std::string& from, const std::string& to) {
  std::string text = kShop;
  if (!from.empty()) {
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  }
  Loaded loaded = Load(text);
  EXPECT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  const RulebookMeaning meaning(loaded.rulebook);
  const auto of = [&](const char* name) {
    return meaning.FingerprintOf(*loaded.rulebook.FindAudience(name));
  };
  return {of("tested"), of("apart"), meaning.Fingerprint()};
}

struct Edit {
  const char* what;
  std::string from;
  std::string to;
};

TEST(RulebookMeaningTest, TextWithoutMeaningChangesNothing) {
  const Fingerprints before = With("", "");
  EXPECT_EQ(before.tested.size(), 16u);
  const std::vector<Edit> edits = {
      {"a title", "title: Tested", "title: Other\n    owner: x\n    tags: [a]"},
      {"a comment", "consents:", "# new\nconsents:"},
      {"the order of names", "[carted, viewed]", "[viewed, carted]"},
      {"the order of events", "[add_to_cart, cart]", "[cart, add_to_cart]"},
      {"the order of audiences",
       "  readers: { who: { did: read, in_last: 30d } }\n"
       "  first: { who: { did: carted }, group: g, priority: 1 }\n",
       "  first: { who: { did: carted }, group: g, priority: 1 }\n"
       "  readers: { who: { did: read, in_last: 30d } }\n"},
      {"the order of points", "viewed: 1, carted: 5", "carted: 5, viewed: 1"},
      {"the order of context", "[items, value]", "[value, items]"},
      {"a priority in the same order", "priority: 2", "priority: 7"},
      {"another duration of the same length", "30d", "4w2d"},
  };
  for (const Edit& edit : edits) {
    const Fingerprints after = With(edit.from, edit.to);
    EXPECT_EQ(after.tested, before.tested) << edit.what;
    EXPECT_EQ(after.apart, before.apart) << edit.what;
    EXPECT_EQ(after.rulebook, before.rulebook) << edit.what;
  }
}

TEST(RulebookMeaningTest, WhatAnAudienceReadsChangesIt) {
  const Fingerprints before = With("", "");
  const std::vector<Edit> edits = {
      {"the events of a conversion", "[add_to_cart, cart]", "add_to_cart"},
      {"the zone of a calendar word", "Europe/London", "Europe/Madrid"},
      {"the rungs of a ladder", "rungs: [viewed, carted, purchased]",
       "rungs: [carted, purchased]"},
      {"the span of a ladder", "all_within: 7d", "all_within: 8d"},
      {"points of a score", "carted: 5", "carted: 6"},
      {"the half-life of a score", "half_life: 14d", "half_life: 15d"},
      {"a default of consent", "email: denied", "email: granted"},
      {"an audience that it reads", "in_last: 30d", "in_last: 31d"},
      {"a conversion of that audience", "event: article", "event: post"},
      {"how often that counts", "once_per: day", "once_per: session"},
      {"an audience that takes profiles", "first: { who: { did: carted }",
       "first: { who: { did: read }"},
      {"that it takes them no longer", "priority: 1",
       "priority: 1, status: draft"},
      {"the purposes", "consent: [email]", "consent: [email, ads]"},
      {"the control share", "10%", "20%"},
      {"what draws it", "holdout: 10%",
       "holdout: { percent: 10, group: spring }"},
      {"the context", "[items, value]", "[items, value, cart]"},
      {"the status", "title: Tested", "status: draft"},
      {"the stay", "title: Tested", "stay: 1d"},
  };
  for (const Edit& edit : edits) {
    const Fingerprints after = With(edit.from, edit.to);
    EXPECT_NE(after.tested, before.tested) << edit.what;
    EXPECT_EQ(after.apart, before.apart) << edit.what;
    EXPECT_NE(after.rulebook, before.rulebook) << edit.what;
  }
}

TEST(RulebookMeaningTest, WhatNoAudienceReadsChangesTheRulebookAlone) {
  const Fingerprints before = With("", "");
  const std::vector<Edit> edits = {
      {"a worth", "event: purchase", "event: purchase, worth: 5"},
      {"a conversion that nothing reads",
       "conversions:", "conversions:\n  other: { kind: macro, event: other }"},
      {"another consent", "ads: denied", "ads: granted"},
  };
  for (const Edit& edit : edits) {
    const Fingerprints after = With(edit.from, edit.to);
    EXPECT_EQ(after.tested, before.tested) << edit.what;
    EXPECT_NE(after.rulebook, before.rulebook) << edit.what;
  }
}

TEST(RulebookMeaningTest, TheLeastSizeIsPublication) {
  Loaded loaded = Load(kShop);
  Audience& audience = loaded.rulebook.audiences.back();
  const std::string before =
      RulebookMeaning(loaded.rulebook).FingerprintOf(audience);
  audience.minimum_size = 100;
  EXPECT_NE(RulebookMeaning(loaded.rulebook).FingerprintOf(audience), before);
}

// Audiences with one condition each; equal fingerprints as the pairs say.
TEST(RulebookMeaningTest, NamesStandForWhatTheyMean) {
  const auto fingerprint = [](const std::string& who) {
    Loaded loaded = Load(ShopWithWho(who));
    EXPECT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
    return RulebookMeaning(loaded.rulebook)
        .FingerprintOf(loaded.rulebook.audiences.front());
  };
  const std::string carted = fingerprint("{ did: carted }");
  EXPECT_EQ(fingerprint("{ did: { event: add_to_cart } }"), carted);
  EXPECT_EQ(fingerprint("{ all: [{ did: carted }, { did: carted }] }"), carted);
  EXPECT_EQ(fingerprint("{ none: [{ did: carted }] }"),
            fingerprint("{ did_not: carted }"));
  // The same signal, but without evidence.
  EXPECT_NE(fingerprint("{ none: [{ did_not: carted }] }"), carted);
  EXPECT_NE(fingerprint("{ did: carted, same: item_id }"), carted);
}

}  // namespace
}  // namespace audienced
