#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "tests/unit/loading.h"
#include "tests/unit/utc.h"

namespace audienced {
namespace {

// The condition of the only audience of ShopWithWho(); the rulebook must be
// without errors.
Condition Who(const std::string& who) {
  Loaded loaded = Load(ShopWithWho(who));
  EXPECT_FALSE(loaded.diagnostics.has_errors()) << who << "\n" << loaded.text();
  if (loaded.rulebook.audiences.empty()) return {};
  return loaded.rulebook.audiences[0].who;
}

template <typename Kind>
Kind WhoAs(const std::string& who) {
  const Condition condition = Who(who);
  const Kind* kind = std::get_if<Kind>(&condition.node);
  if (kind == nullptr) {
    ADD_FAILURE() << "another kind of condition: " << who;
    return {};
  }
  return *kind;
}

// --- Conditions -------------------------------------------------------------

TEST(ReadCondition, TakesEachKind) {
  EXPECT_FALSE(WhoAs<Did>("{ did: carted }").negated);
  EXPECT_TRUE(WhoAs<Did>("{ did_not: carted }").negated);
  EXPECT_EQ(WhoAs<Sequence>("{ sequence: [{ did: carted }] }").steps.size(),
            1u);
  EXPECT_EQ(WhoAs<Combination>("{ all: [{ did: carted }] }").kind,
            Combination::Kind::kAll);
  EXPECT_EQ(WhoAs<Combination>("{ any: [{ did: carted }] }").kind,
            Combination::Kind::kAny);
  EXPECT_EQ(WhoAs<Combination>("{ none: [{ did: carted }] }").kind,
            Combination::Kind::kNone);
  EXPECT_EQ(WhoAs<TraitTests>("{ trait: { plan: pro } }").tests.size(), 1u);
  EXPECT_EQ(WhoAs<ScoreTest>("{ score: { of: heat, above: 3 } }").score,
            "heat");
  EXPECT_EQ(WhoAs<KnownFor>("{ known_for: 30d }").at_least,
            absl::Hours(30 * 24));
  EXPECT_EQ(WhoAs<Sample>("{ sample: 2.5%, salt: spring }").percent,
            (Decimal{2'500'000}));
  EXPECT_EQ(WhoAs<Sample>("{ sample: 2.5%, salt: spring }").salt, "spring");
  EXPECT_EQ(WhoAs<Consented>("{ consented: email }").purpose, "email");
  const OnRung on_rung =
      WhoAs<OnRung>("{ on_rung: { ladder: shop, rung: carted, in_last: 7d } }");
  EXPECT_EQ(on_rung.ladder, "shop");
  EXPECT_EQ(on_rung.rung, "carted");
  EXPECT_EQ(on_rung.window.kind, Window::Kind::kInLast);
}

TEST(ReadCondition, SaysWhereItStands) {
  const Condition who =
      Who("{ any: [{ did: carted }, { all: [{ did: viewed }] }] }");
  EXPECT_EQ(who.path, "who");
  const auto& any = std::get<Combination>(who.node);
  EXPECT_EQ(any.parts[1].path, "who.any[1]");
  const auto& all = std::get<Combination>(any.parts[1].node);
  EXPECT_EQ(all.parts[0].path, "who.any[1].all[0]");
  EXPECT_EQ(all.parts[0].place.file, "shop.yaml");
}

TEST(ReadSelection, IsANameAListOrAnInlineSelector) {
  EXPECT_EQ(WhoAs<Did>("{ did: carted }").of.conversions.size(), 1u);
  EXPECT_EQ(WhoAs<Did>("{ did: [carted, viewed] }").of.conversions.size(), 2u);
  const Did any = WhoAs<Did>("{ did: { event: '*' } }");
  ASSERT_TRUE(any.of.inline_selector.has_value());
  EXPECT_TRUE(any.of.inline_selector->any_event);
  const Did some = WhoAs<Did>("{ did: { event: [b, a, b] } }");
  EXPECT_EQ(some.of.inline_selector->event_names,
            (std::vector<std::string>{"a", "b"}));
}

TEST(ReadDid, TakesItsModifiers) {
  const Did did = WhoAs<Did>(
      "{ did: viewed, which: last, where: { country: ES }, times: 1 }");
  EXPECT_EQ(did.which, Did::Which::kLast);
  EXPECT_EQ(did.where.tests.size(), 1u);
  EXPECT_EQ(WhoAs<Did>("{ did: viewed, same: item_id }").same, "item_id");
  EXPECT_TRUE(WhoAs<Did>("{ did: viewed, in_one: session }").in_one_session);
}

TEST(ReadSequence, TakesStepsAndModifiers) {
  const Sequence sequence = WhoAs<Sequence>(
      "{ sequence: [{ did: viewed }, { did_not: purchased },"
      " { did: carted, within: 1h, where: { device: phone } },"
      " { did_not: purchased, for: 0m }, { did_not: viewed, within: 2h }],"
      " all_within: 1d, same: item_id, anchor: any, in_last: 3d }");
  ASSERT_EQ(sequence.steps.size(), 5u);
  EXPECT_TRUE(sequence.steps[1].negated);
  EXPECT_EQ(sequence.steps[2].within, absl::Hours(1));
  EXPECT_EQ(sequence.steps[2].where.tests.size(), 1u);
  EXPECT_EQ(sequence.steps[3].for_at_least, absl::ZeroDuration());
  EXPECT_EQ(sequence.steps[4].within, absl::Hours(2));
  EXPECT_EQ(sequence.all_within, absl::Hours(24));
  EXPECT_EQ(sequence.same, "item_id");
  EXPECT_EQ(sequence.anchor, Sequence::Anchor::kAny);
  EXPECT_EQ(sequence.window.below, absl::Hours(72));
}

// --- Windows ----------------------------------------------------------------

struct WindowCase {
  std::string text;
  Window::Kind kind;
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
};

TEST(ReadWindow, TakesDatesInTheZoneOfTheFile) {
  // London is on UTC in winter and one hour ahead in summer.
  const WindowCase cases[] = {
      {.text = "since: 2026-11-01",
       .kind = Window::Kind::kSince,
       .from = Utc("2026-11-01T00:00:00Z")},
      {.text = "since: 2026-07-01",
       .kind = Window::Kind::kSince,
       .from = Utc("2026-06-30T23:00:00Z")},
      {.text = "since: 2026-07-01T00:00:00Z",
       .kind = Window::Kind::kSince,
       .from = Utc("2026-07-01T00:00:00Z")},
      {.text = "between: [2026-07-01, 2026-12-01T12:00:00+01:00]",
       .kind = Window::Kind::kBetween,
       .from = Utc("2026-06-30T23:00:00Z"),
       .until = Utc("2026-12-01T11:00:00Z")},
  };
  for (const WindowCase& one : cases) {
    const Window window =
        WhoAs<Did>("{ did: carted, " + one.text + " }").window;
    EXPECT_EQ(window.kind, one.kind) << one.text;
    EXPECT_EQ(window.from, one.from) << one.text;
    EXPECT_EQ(window.until, one.until) << one.text;
  }
}

TEST(ReadWindow, TakesSpansAndCalendarWords) {
  const Window ago =
      WhoAs<Did>("{ did: carted, ago: { at_least: 7d, below: 30d } }").window;
  EXPECT_EQ(ago.kind, Window::Kind::kAgo);
  EXPECT_EQ(ago.at_least, absl::Hours(7 * 24));
  EXPECT_EQ(ago.below, absl::Hours(30 * 24));
  const Window open =
      WhoAs<Did>("{ did: carted, ago: { at_least: 7d } }").window;
  EXPECT_EQ(open.below, absl::InfiniteDuration());
  EXPECT_EQ(WhoAs<Did>("{ did: carted }").window.kind, Window::Kind::kEver);
  const Window week = WhoAs<Did>("{ did: carted, in: last_week }").window;
  EXPECT_EQ(week.kind, Window::Kind::kCalendar);
  EXPECT_EQ(week.word, CalendarWord::kLastWeek);
}

// --- Aggregates -------------------------------------------------------------

struct AggregateCase {
  std::string text;
  Aggregate::Kind kind;
  std::string of;
  Comparison::Kind comparison;
  std::string bound;
  std::string upper = "0";
};

std::vector<AggregateCase> AggregateCases() {
  using Kind = Aggregate::Kind;
  using Compare = Comparison::Kind;
  return {
      {.text = "in_last: 1d",
       .kind = Kind::kTimes,
       .of = "",
       .comparison = Compare::kAtLeast,
       .bound = "1"},
      {.text = "times: 3",
       .kind = Kind::kTimes,
       .of = "",
       .comparison = Compare::kAtLeast,
       .bound = "3"},
      {.text = "times: { exactly: 0 }",
       .kind = Kind::kTimes,
       .of = "",
       .comparison = Compare::kExactly,
       .bound = "0"},
      {.text = "times: { between: [2, 2] }",
       .kind = Kind::kTimes,
       .of = "",
       .comparison = Compare::kBetween,
       .bound = "2",
       .upper = "2"},
      {.text = "sum: { of: value, at_least: 99.99 }",
       .kind = Kind::kSum,
       .of = "value",
       .comparison = Compare::kAtLeast,
       .bound = "99.99"},
      {.text = "average: { of: price, at_most: -0.5 }",
       .kind = Kind::kAverage,
       .of = "price",
       .comparison = Compare::kAtMost,
       .bound = "-0.5"},
      {.text = "minimum: { of: price, above: 1e3 }",
       .kind = Kind::kMinimum,
       .of = "price",
       .comparison = Compare::kAbove,
       .bound = "1000"},
      {.text = "maximum: { of: price, below: 0.000001 }",
       .kind = Kind::kMaximum,
       .of = "price",
       .comparison = Compare::kBelow,
       .bound = "0.000001"},
      {.text = "distinct: { of: item_id, at_least: 3 }",
       .kind = Kind::kDistinct,
       .of = "item_id",
       .comparison = Compare::kAtLeast,
       .bound = "3"},
      {.text = "days: { at_least: 3 }",
       .kind = Kind::kDays,
       .of = "",
       .comparison = Compare::kAtLeast,
       .bound = "3"},
  };
}

TEST(ReadAggregate, TakesEachKindAndComparison) {
  for (const AggregateCase& one : AggregateCases()) {
    const Aggregate aggregate =
        WhoAs<Did>("{ did: carted, " + one.text + " }").aggregate;
    EXPECT_EQ(aggregate.kind, one.kind) << one.text;
    EXPECT_EQ(aggregate.of, one.of) << one.text;
    EXPECT_EQ(aggregate.comparison.kind, one.comparison) << one.text;
    EXPECT_EQ(ToText(aggregate.comparison.bound), one.bound) << one.text;
    EXPECT_EQ(ToText(aggregate.comparison.upper), one.upper) << one.text;
  }
}

// --- Tests on properties ----------------------------------------------------

struct WhereCase {
  std::string text;
  TestKind kind;
  std::vector<Value> values;
  bool ignore_case = false;
  bool expected = true;
};

std::vector<WhereCase> EqualityCases() {
  const Decimal fifty = Decimal::FromInteger(50);
  return {
      {.text = "{ country: ES }",
       .kind = TestKind::kIs,
       .values = {Value("ES")}},
      {.text = "{ country: [ES, PT] }",
       .kind = TestKind::kIs,
       .values = {Value("ES"), Value("PT")}},
      {.text = "{ country: 'NO' }",
       .kind = TestKind::kIs,
       .values = {Value("NO")}},
      // Booleans are exactly these two words.
      {.text = "{ gift: true }",
       .kind = TestKind::kIs,
       .values = {Value(true)}},
      {.text = "{ gift: 'true' }",
       .kind = TestKind::kIs,
       .values = {Value("true")}},
      // An unquoted number is a number, except where the name is known text.
      {.text = "{ stars: 50 }",
       .kind = TestKind::kIs,
       .values = {Value(fifty)}},
      {.text = "{ stars: '50' }",
       .kind = TestKind::kIs,
       .values = {Value("50")}},
      {.text = "{ item_id: 050 }",
       .kind = TestKind::kIs,
       .values = {Value("050")}},
      {.text = "{ value: 50 }",
       .kind = TestKind::kIs,
       .values = {Value(fifty)}},
  };
}

std::vector<WhereCase> NamedTestCases() {
  const Decimal fifty = Decimal::FromInteger(50);
  return {
      {.text = "{ a.b: { is: x } }",
       .kind = TestKind::kIs,
       .values = {Value("x")}},
      {.text = "{ a: { is_not: [x, 50] } }",
       .kind = TestKind::kIsNot,
       .values = {Value("x"), Value(fifty)}},
      {.text = "{ a: { in: [x] } }",
       .kind = TestKind::kIs,
       .values = {Value("x")}},
      {.text = "{ a: { not_in: [x] } }",
       .kind = TestKind::kIsNot,
       .values = {Value("x")}},
      {.text = "{ a: { contains: 50, ignore_case: true } }",
       .kind = TestKind::kContains,
       .values = {Value("50")},
       .ignore_case = true},
      {.text = "{ a: { starts_with: [x, z], ignore_case: false } }",
       .kind = TestKind::kStartsWith,
       .values = {Value("x"), Value("z")}},
      {.text = "{ a: { ends_with: x } }",
       .kind = TestKind::kEndsWith,
       .values = {Value("x")}},
      {.text = "{ a: { matches: '(?i)e-?book' } }",
       .kind = TestKind::kMatches,
       .values = {Value("(?i)e-?book")}},
      {.text = "{ a: { at_least: 50 } }",
       .kind = TestKind::kAtLeast,
       .values = {Value(fifty)}},
      {.text = "{ a: { between: [50, 50] } }",
       .kind = TestKind::kBetween,
       .values = {Value(fifty), Value(fifty)}},
      {.text = "{ a: { exists: false } }",
       .kind = TestKind::kExists,
       .values = {},
       .expected = false},
      {.text = "{ a: '' }", .kind = TestKind::kIs, .values = {Value("")}},
  };
}

TEST(ReadWhere, TakesEachTestAndKnowsTextFromNumbers) {
  std::vector<WhereCase> cases = EqualityCases();
  for (const WhereCase& one : NamedTestCases()) cases.push_back(one);
  for (const WhereCase& one : cases) {
    const Where where =
        WhoAs<Did>("{ did: carted, where: " + one.text + " }").where;
    ASSERT_EQ(where.tests.size(), 1u) << one.text;
    const PropertyTest& test = where.tests[0];
    EXPECT_EQ(test.kind, one.kind) << one.text;
    EXPECT_EQ(test.values, one.values) << one.text;
    EXPECT_EQ(test.ignore_case, one.ignore_case) << one.text;
    EXPECT_EQ(test.expected, one.expected) << one.text;
  }
}

TEST(ReadWhere, KeepsItemTestsApart) {
  const Where where =
      WhoAs<Did>(
          "{ did: carted, where: { country: ES, item: { item_category: Shoes,"
          " price: { above: 50, below: 90 } } } }")
          .where;
  EXPECT_EQ(where.tests.size(), 1u);
  ASSERT_EQ(where.item_tests.size(), 3u);
  EXPECT_EQ(where.item_tests[0].property, "item_category");
  EXPECT_EQ(where.item_tests[2].property, "price");
}

}  // namespace
}  // namespace audienced
