#include <gtest/gtest.h>

#include <string>

#include "tests/unit/check_case.h"

// What is refused and what is only warned of, and the allowed neighbour of
// each. The wording is in the golden pairs of tests/diagnostics.

namespace audienced {
namespace {

const CheckCase kConditions[] = {
    // Windows.
    {.text = "{ did: carted, in_last: 1s }"},
    {.text = "{ did: carted, in_last: 0s }", .expected = "empty-window"},
    {.text = "{ did: carted, in_last: 1y }", .expected = "bad-duration"},
    {.text = "{ did: carted, ago: { at_least: 1d, below: 1d1s } }"},
    {.text = "{ did: carted, ago: { at_least: 1d, below: 1d } }",
     .expected = "empty-window"},
    {.text = "{ did: carted, ago: { at_least: 1d } }"},
    {.text = "{ did: carted, ago: { below: 1d } }", .expected = "below-alone"},
    {.text = "{ did: carted, ago: {} }", .expected = "missing-key"},
    {.text = "{ did: carted, between: [2026-11-20, 2026-11-21] }"},
    {.text = "{ did: carted, between: [2026-11-21, 2026-11-21] }",
     .expected = "empty-window"},
    {.text = "{ did: carted, between: [2026-11-01] }",
     .expected = "wrong-kind"},
    {.text = "{ did: carted, between: [2026-11-01, 2026-11-29] }"},
    {.text = "{ did: carted, between: [2026-11-01, 2026-11-30] }",
     .expected = "end-not-included"},
    {.text = "{ did: carted, between: [2026-11-01, 2026-12-01] }"},
    {.text = "{ did: carted, since: 2026-11-01T00:00:00 }",
     .expected = "bad-instant"},
    {.text = "{ did: carted, in: tomorrow }", .expected = "unknown-word"},
    {.text = "{ did: carted, in: today, in_last: 1d }",
     .expected = "two-windows"},
    // Aggregates.
    {.text = "{ did: carted, times: 1 }"},
    {.text = "{ did: carted, times: 0 }", .expected = "bad-number"},
    {.text = "{ did: carted, times: \"3\" }", .expected = "quoted-number"},
    {.text = "{ did: carted, times: { at_most: 2 } }"},
    {.text = "{ did: carted, times: { at_most: -1 } }",
     .expected = "bad-number"},
    {.text = "{ did: carted, times: { at_least: 1.5 } }",
     .expected = "bad-number"},
    {.text = "{ did: carted, days: 3 }", .expected = "wrong-kind"},
    {.text = "{ did: carted, times: 2, days: { at_least: 2 } }",
     .expected = "two-aggregates"},
    {.text = "{ did: carted, sum: { of: value, at_least: 1, below: 2 } }",
     .expected = "two-comparisons"},
    {.text = "{ did: carted, sum: { at_least: 1 } }",
     .expected = "missing-key"},
    {.text = "{ did: carted, times: { of: value, at_least: 1 } }",
     .expected = "unknown-key"},
    // `same` and `in_one`.
    {.text = "{ did: carted, same: item_id, times: { exactly: 1 } }"},
    {.text = "{ did: carted, same: item_id, times: { exactly: 0 } }",
     .expected = "holds-for-nothing"},
    {.text = "{ did: carted, in_one: session, sum: { of: value,"
             " at_most: -0.5 } }"},
    {.text = "{ did: carted, in_one: session, sum: { of: value,"
             " at_most: 0 } }",
     .expected = "holds-for-nothing"},
    {.text = "{ did: carted, same: item_id, average: { of: price,"
             " below: 5 } }"},
    {.text = "{ did: carted, same: item_id, which: first }",
     .expected = "conflicting-keys"},
    {.text = "{ did: carted, same: item_id, in_one: session }",
     .expected = "conflicting-keys"},
    {.text = "{ did: carted, in_one: visit }", .expected = "unknown-word"},
    // What a mapping may hold.
    {.text = "{ did: carted, did_not: viewed }", .expected = "two-conditions"},
    {.text = "{ did: carted, anchor: any }", .expected = "misplaced-key"},
    {.text = "{ did: carted, salt: x }", .expected = "misplaced-key"},
    {.text = "{ trait: { plan: pro }, in_last: 1d }",
     .expected = "misplaced-key"},
    {.text = "{ did: carted, colour: red }", .expected = "unknown-key"},
    {.text = "{ sequenc: [] }", .expected = "unknown-key"},
    {.text = "{}", .expected = "no-condition"},
    {.text = "carted", .expected = "wrong-kind"},
    {.text = "{ any: [] }", .expected = "empty-list"},
    {.text = "{ did: [] }", .expected = "empty-list"},
    {.text = "{ any: { did: carted } }", .expected = "wrong-kind"},
    {.text = "{ sample: 10 }", .expected = "bad-percentage"},
    {.text = "{ sample: 100.1% }", .expected = "bad-percentage"},
    {.text = "{ known_for: 0d }", .expected = "empty-window"},
    {.text = "{ score: { of: heat } }", .expected = "missing-key"},
    {.text = "{ on_rung: { ladder: shop } }", .expected = "missing-key"},
    {.text = "{ on_rung: { ladder: shop, rung: email } }",
     .expected = "unknown-rung"},
    {.text = "{ consented: sms }", .expected = "unknown-consent"},
};

TEST(CheckConditions, BothSidesOfEachRule) {
  for (const CheckCase& one : kConditions) {
    const Loaded loaded = Load(ShopWithWho(one.text));
    EXPECT_EQ(Codes(loaded), one.expected) << one.text << "\n" << loaded.text();
  }
}

const CheckCase kSequences[] = {
    {.text = "[{ did: viewed }]"},
    {.text = "[]", .expected = "empty-list"},
    {.text = "[{ did_not: viewed }]", .expected = "first-step"},
    {.text = "[{ did: viewed, within: 1d }]",
     .expected = "within-on-first-step"},
    {.text = "[{ did: viewed }, { did: carted, within: 1s }]"},
    {.text = "[{ did: viewed }, { did: carted, within: 0s }]",
     .expected = "empty-window"},
    {.text = "[{ did: viewed }, { did: carted, for: 1d }]",
     .expected = "misplaced-wait"},
    {.text = "[{ did: viewed }, { did_not: carted, for: 0s }]"},
    {.text = "[{ did: viewed }, { did_not: carted, for: 1h },"
             " { did_not: purchased, within: 1h }]"},
    {.text = "[{ did: viewed }, { did_not: carted, for: 1h,"
             " within: 1h }]",
     .expected = "for-and-within"},
    {.text = "[{ did: viewed }, { did_not: purchased }, { did: carted }]"},
    {.text = "[{ did: viewed }, { did_not: purchased, for: 1h },"
             " { did: carted }]",
     .expected = "misplaced-wait"},
    {.text = "[{ did: viewed, did_not: carted }]",
     .expected = "two-conditions"},
    {.text = "[{ within: 1d }]",
     .expected = "no-condition within-on-first-step"},
    {.text = "[viewed]", .expected = "wrong-kind"},
    {.text = "[{ did: viewed }, { did: carted }], all_within: 1d"},
    {.text = "[{ did: viewed }, { did_not: carted }], all_within: 1d",
     .expected = "all-within-one-step"},
    {.text = "[{ did: viewed }], times: 2", .expected = "misplaced-key"},
};

TEST(CheckSequences, BothSidesOfEachRule) {
  for (const CheckCase& one : kSequences) {
    const Loaded loaded = Load(ShopWithWho("{ sequence: " + one.text + " }"));
    EXPECT_EQ(Codes(loaded), one.expected) << one.text << "\n" << loaded.text();
  }
}

const CheckCase kWheres[] = {
    {.text = "{ country: \"NO\" }"},
    {.text = "{ country: NO }", .expected = "boolean-word"},
    {.text = "{ country: true }", .expected = "boolean-word"},
    {.text = "{ gift: true }"},
    {.text = "{ gift: True }", .expected = "boolean-word"},
    {.text = "{ gift: yes }", .expected = "boolean-word"},
    {.text = "{ gift: \"yes\" }"},
    {.text = "{ gift: [a, no] }", .expected = "boolean-word"},
    {.text = "{ gift: ~ }", .expected = "wrong-kind"},
    {.text = "{ gift: [] }", .expected = "empty-list"},
    {.text = "{ gift: [[a]] }", .expected = "wrong-kind"},
    {.text = "{}", .expected = "empty-mapping"},
    {.text = "{ gift: {} }", .expected = "empty-mapping"},
    {.text = "{ item: {} }", .expected = "empty-mapping"},
    {.text = "{ item: shoes }", .expected = "wrong-kind"},
    {.text = "{ value: 50 }"},
    {.text = "{ value: \"50\" }", .expected = "quoted-number"},
    {.text = "{ value: much }", .expected = "bad-number"},
    {.text = "{ item: { price: \"50\" } }", .expected = "quoted-number"},
    {.text = "{ stars: { above: \"4\" } }", .expected = "quoted-number"},
    {.text = "{ stars: { above: four } }", .expected = "bad-number"},
    {.text = "{ stars: { above: [4] } }", .expected = "wrong-kind"},
    {.text = "{ stars: { above: 0.123456 } }"},
    {.text = "{ stars: { above: 0.1234567 } }", .expected = "bad-number"},
    {.text = "{ stars: { above: 999999999999 } }"},
    {.text = "{ stars: { above: 1000000000000 } }", .expected = "bad-number"},
    {.text = "{ stars: { between: [5, 4] } }", .expected = "empty-range"},
    {.text = "{ stars: { in: 4 } }", .expected = "wrong-kind"},
    {.text = "{ stars: { abov: 4 } }", .expected = "unknown-key"},
    {.text = "{ name: { matches: \"[a-\" } }", .expected = "bad-pattern"},
    {.text = "{ name: { is: a, ignore_case: true } }"},
    {.text = "{ name: { above: 1, ignore_case: true } }",
     .expected = "misplaced-key"},
    {.text = "{ name: { is: a, ignore_case: yes } }",
     .expected = "unknown-word"},
    {.text = "{ name: { exists: \"true\" } }", .expected = "unknown-word"},
};

TEST(CheckWhere, BothSidesOfEachRule) {
  for (const CheckCase& one : kWheres) {
    const Loaded loaded =
        Load(ShopWithWho("{ did: carted, where: " + one.text + " }"));
    EXPECT_EQ(Codes(loaded), one.expected) << one.text << "\n" << loaded.text();
  }
}

const CheckCase kAudiences[] = {
    {.text = "stay: 1s"},
    {.text = "stay: 0s", .expected = "empty-window"},
    {.text = "group: g, priority: 0"},
    {.text = "group: g", .expected = "group-without-priority"},
    {.text = "priority: 1", .expected = "priority-without-group"},
    {.text = "group: g, priority: -1", .expected = "bad-number"},
    {.text = "group: g, priority: 1.5", .expected = "bad-number"},
    {.text = "group: g, priority: 2147483648", .expected = "bad-number"},
    {.text = "holdout: 100%"},
    {.text = "holdout: 101%", .expected = "bad-percentage"},
    {.text = "holdout: { group: a }", .expected = "missing-key"},
    {.text = "active: { from: 2026-07-01 }"},
    {.text = "active: {}", .expected = "empty-mapping"},
    {.text = "active: { from: 2026-07-01, until: 2026-07-01 }",
     .expected = "empty-window"},
    {.text = "active: { until: 2026-07-31 }", .expected = "end-not-included"},
    {.text = "consent: []", .expected = "empty-list"},
    {.text = "consent: email", .expected = "wrong-kind"},
    {.text = "context: [{ score: cold }]", .expected = "unknown-score"},
    {.text = "context: [score]", .expected = "unknown-score"},
    {.text = "context: [{ trait: a }]", .expected = "missing-key unknown-key"},
    {.text = "status: live"},
    {.text = "status: on", .expected = "boolean-word"},
    {.text = "title: 2026"},
    {.text = "title: No", .expected = "boolean-word"},
    {.text = "except: { in_audience: tested }", .expected = "audience-cycle"},
};

TEST(CheckAudiences, BothSidesOfEachRule) {
  for (const CheckCase& one : kAudiences) {
    const Loaded loaded =
        Load(ShopWith("  tested: { who: { did: carted }, " + one.text + " }"));
    EXPECT_EQ(Codes(loaded), one.expected) << one.text << "\n" << loaded.text();
  }
}

TEST(CheckFiles, BothSidesOfEachRule) {
  const std::string long_name(63, 'a');
  const auto conversion = [](const std::string& name) {
    return "version: 1\nconversions: { " + name +
           ": { kind: macro, event: a, worth: 1 } }\n"
           "ladders: { l: { rungs: [" +
           name + "] } }\n";
  };
  const std::vector<CheckCase> cases = {
      {.text = "version: 1"},
      {.text = "version: 2", .expected = "bad-version"},
      {.text = "version: \"1\"", .expected = "bad-version"},
      {.text = "", .expected = "wrong-kind"},
      {.text = "timezone: UTC", .expected = "missing-key"},
      {.text = "version: 1\ntimezone: Europe/London"},
      {.text = "version: 1\ntimezone: Europe/Nowhere",
       .expected = "bad-timezone"},
      {.text = "version: 1\ntimezone: localtime", .expected = "bad-timezone"},
      {.text = "version: 1\ntimezone: ../../etc/passwd",
       .expected = "bad-timezone"},
      {.text = "version: 1\ntimezone: Fixed/UTC+01:00:00",
       .expected = "bad-timezone"},
      {.text = "version: 1\naudiences: {}"},
      {.text = "version: 1\naudiences:", .expected = "wrong-kind"},
      {.text = conversion(long_name)},
      {.text = conversion(long_name + "a"), .expected = "bad-name"},
      {.text = conversion("a_b-2")},
      {.text = conversion("2a"), .expected = "bad-name"},
      {.text = conversion("A"), .expected = "bad-name"},
      {.text = "version: 1\nconsents: { email: maybe }",
       .expected = "unknown-word"},
      {.text = "version: 1\nscores: { s: { points: {} } }",
       .expected = "empty-mapping"},
  };
  for (const CheckCase& one : cases) {
    const Loaded loaded = Load(one.text);
    EXPECT_EQ(Codes(loaded), one.expected) << one.text << "\n" << loaded.text();
  }
}

// Audiences of which each uses the next, and the last has the condition `last`.
std::string Chain(int length, const std::string& last) {
  std::string audiences;
  for (int i = 1; i < length; ++i) {
    audiences += "  a" + std::to_string(i) + ": { who: { in_audience: a" +
                 std::to_string(i + 1) + " } }\n";
  }
  return ShopWith(audiences + "  a" + std::to_string(length) + ": { who: { " +
                  last + " } }\n");
}

TEST(CheckForCycles, FollowsLongChains) {
  EXPECT_FALSE(Load(Chain(64, "did: carted")).diagnostics.has_errors());
  EXPECT_EQ(Codes(Load(Chain(65, "did: carted"))), "too-deep");
  EXPECT_EQ(Codes(Load(Chain(5000, "did: carted"))), "too-deep");
  EXPECT_EQ(Codes(Load(Chain(5000, "in_audience: a1"))), "audience-cycle");
}

}  // namespace
}  // namespace audienced
