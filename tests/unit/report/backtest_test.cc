// What an audience would have been over past days, from hand-made histories.

#include "rules/report/backtest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rules/report/goal.h"
#include "tests/unit/report/report_scene.h"

namespace audienced {
namespace {

// Evaluates the audience `tested` of the shop over the profiles.
BacktestReport EvaluateShop(const std::string& rules, const ReportSpan& span,
                            const ProfileLines& profiles,
                            absl::Duration within = absl::Hours(24),
                            const std::string& goal = "") {
  const auto rulebook = RulebookOf(ShopWith("  tested: " + rules + "\n"));
  const auto conversions = GoalOf(rulebook->model(), goal);
  EXPECT_TRUE(conversions.ok()) << conversions.status();
  return AddAll(rulebook, profiles,
                Backtest({0, span, *conversions, within,
                          HoldoutOf(rulebook->audience(0))}))
      .Report();
}

// `size +entries -exits` of each day.
std::vector<std::string> Days(const BacktestReport& report) {
  std::vector<std::string> days;
  for (const BacktestDay& day : report.days) {
    days.push_back(std::to_string(day.size) + " +" +
                   std::to_string(day.entries) + " -" +
                   std::to_string(day.exits));
  }
  return days;
}

constexpr char kCartedInADay[] = "{ who: { did: carted, in_last: 1d } }";

TEST(SpanTest, DaysAreThoseOfTheZoneAndTheFirstIsWhole) {
  const ReportSpan span =
      Span("2026-03-28T12:00:00Z", "2026-03-30T09:00:00Z", "Europe/Berlin");
  EXPECT_EQ(span.first_day, absl::CivilDay(2026, 3, 28));
  ASSERT_EQ(span.day_count(), 3u);
  EXPECT_EQ(span.edges[0], ToInstant(At("2026-03-27T23:00:00Z")));
  EXPECT_EQ(span.edges[1], ToInstant(At("2026-03-28T23:00:00Z")));
  // The day of 23 hours.
  EXPECT_EQ(span.edges[2], ToInstant(At("2026-03-29T22:00:00Z")));
  EXPECT_EQ(span.edges[3], ToInstant(At("2026-03-30T09:00:00Z")));
}

TEST(SpanTest, ADayOf25HoursAndAnEndThatIsADay) {
  const ReportSpan span = Span("2026-10-25", "2026-10-26");
  ASSERT_EQ(span.day_count(), 1u);
  EXPECT_EQ(span.until().micros - span.since().micros,
            absl::ToInt64Microseconds(absl::Hours(25)));
}

TEST(SpanTest, ADurationIsCountedBackFromTheEnd) {
  const ReportSpan span = Span("2d", "2026-07-10T12:00:00Z");
  EXPECT_EQ(span.first_day, absl::CivilDay(2026, 7, 8));
  EXPECT_EQ(span.day_count(), 3u);
  EXPECT_EQ(span.since(), ToInstant(At("2026-07-07T23:00:00Z")));
}

TEST(SpanTest, ASpanThatIsNotOfDaysIsExact) {
  const absl::Time now = At("2026-07-10T12:00:00Z");
  PastSpan span = Past("2d", "", "Europe/London", now);
  EXPECT_EQ(span.since, ToInstant(now - absl::Hours(48)));
  EXPECT_EQ(span.until, ToInstant(now));
  EXPECT_EQ(span.known_until, ToInstant(now));
  // A day that is not over ends now; the day begins as the clock of London
  // does.
  span = Past("2026-07-10", "2026-07-11", "Europe/London", now);
  EXPECT_EQ(span.since, ToInstant(At("2026-07-09T23:00:00Z")));
  EXPECT_EQ(span.until, ToInstant(now));
  EXPECT_FALSE(
      PastSpanOf("2026-07-11", "2026-07-12", now, absl::UTCTimeZone()).ok());
}

TEST(SpanTest, NoSpanBeginsBeforeTheYearOne) {
  const absl::Time now = At("2026-07-10T12:00:00Z");
  const Instant first = ToInstant(At("0001-01-01T00:00:00Z"));
  EXPECT_EQ(Past("0000-01-01", "", "UTC", now).since, first);
  EXPECT_EQ(Past("0001-01-01", "", "Asia/Tokyo", now).since, first);
  EXPECT_EQ(Past("36500d", "0090-01-01", "UTC", now).since, first);
  EXPECT_FALSE(
      PastSpanOf("0000-01-01", "0000-02-01", now, absl::UTCTimeZone()).ok());
}

TEST(SpanTest, WhatIsNoSpanIsRefused) {
  const absl::Time now = At("2026-03-10T00:00:00Z");
  const auto message = [&](const std::string& since, const std::string& until) {
    const auto span = SpanOf(since, until, now, absl::UTCTimeZone());
    return span.ok() ? "fine" : std::string(span.status().message());
  };
  EXPECT_EQ(message("2026-03-09", ""), "fine");
  EXPECT_EQ(message("yesterday", ""),
            "since is 'yesterday'; a duration (90d), a day (2026-03-01) or a "
            "timestamp with zone is wanted");
  EXPECT_EQ(message("1d", "soon"),
            "until is 'soon'; a day (2026-03-01) or a timestamp with zone is "
            "wanted");
  EXPECT_EQ(message("2026-03-10", ""),
            "since is '2026-03-10'; it must lie before 2026-03-10T00:00:00Z, "
            "where the days end");
  EXPECT_EQ(message("1d", "2026-03-11"),
            "until is '2026-03-11', which lies after 2026-03-10T00:00:00Z, the "
            "last instant that is known");
  EXPECT_EQ(message("0d", "2026-03-09"),
            "since is '0d'; it must lie before 2026-03-09T00:00:00Z, where the "
            "days end");
  EXPECT_EQ(message("3660d", ""), "fine");
  EXPECT_EQ(message("3661d", ""),
            "since is '3661d'; at most 3660 days are looked at");
}

TEST(BacktestTest, AnEntryBelongsToTheDayInWhichItsInstantLies) {
  // Midnight in London is 23:00 in UTC in summer.
  const BacktestReport report =
      EvaluateShop(kCartedInADay, Span("2026-07-01", "2026-07-04"),
                   {{"before", {"2026-07-01T22:59:59.999999Z add_to_cart"}},
                    {"at", {"2026-07-01T23:00:00Z add_to_cart"}}});
  EXPECT_EQ(Days(report),
            (std::vector<std::string>{"1 +1 -0", "1 +1 -1", "0 +0 -1"}));
}

TEST(BacktestTest, BothEndsOfTheSpan) {
  const BacktestReport report = EvaluateShop(
      kCartedInADay, Span("2026-01-10", "2026-01-11"),
      {// Gone at the last microsecond before, and at the first one within.
       {"gone", {"2026-01-08T23:59:59.999999Z add_to_cart"}},
       {"going", {"2026-01-09T00:00:00Z add_to_cart"}},
       // In at the last microsecond, and too late by one.
       {"last", {"2026-01-10T23:59:59.999999Z add_to_cart"}},
       {"late", {"2026-01-11T00:00:00Z add_to_cart"}}});
  EXPECT_EQ(report.size_before, 1);
  EXPECT_EQ(Days(report), (std::vector<std::string>{"1 +1 -1"}));
  EXPECT_EQ(report.entries, 1);
  EXPECT_EQ(report.exits, 1);
  EXPECT_EQ(report.profiles, 4);
}

TEST(BacktestTest, ADayOf23HoursHoldsWhatHappensInIt) {
  // 2026-03-29 in London ends at 23:00 UTC.
  const BacktestReport report =
      EvaluateShop(kCartedInADay, Span("2026-03-29", "2026-03-31"),
                   {{"on", {"2026-03-29T00:00:00Z add_to_cart"}},
                    {"after", {"2026-03-29T23:00:00Z add_to_cart"}}});
  EXPECT_EQ(Days(report), (std::vector<std::string>{"1 +1 -0", "1 +1 -1"}));
}

TEST(BacktestTest, StaysThatEndedWithinTheSpanGiveTheQuartiles) {
  const std::string rules = "{ who: { did: carted, in_last: 1h } }";
  ProfileLines profiles = {
      // An hour each; four of them, one of which began before the span.
      {"a", {"2026-01-09T23:30:00Z add_to_cart"}},
      {"b",
       {"2026-01-10T01:00:00Z add_to_cart",
        "2026-01-10T05:00:00Z add_to_cart"}},
      {"c", {"2026-01-10T01:00:00Z add_to_cart"}},
      // An hour and a half, and two hours less a second.
      {"d",
       {"2026-01-10T01:00:00Z add_to_cart",
        "2026-01-10T01:30:00Z add_to_cart"}},
      {"e",
       {"2026-01-10T01:00:00Z add_to_cart",
        "2026-01-10T01:59:59Z add_to_cart"}},
      {"running", {"2026-01-10T23:30:00Z add_to_cart"}}};
  const BacktestReport report =
      EvaluateShop(rules, Span("2026-01-10", "2026-01-11"), profiles);
  EXPECT_EQ(report.stays.ended, 6);
  EXPECT_EQ(report.stays.running, 1);
  EXPECT_EQ(report.stays.lengths.first, absl::Hours(1));
  EXPECT_EQ(report.stays.lengths.median, absl::Hours(1));
  EXPECT_EQ(report.stays.lengths.third, absl::Minutes(90));
  EXPECT_EQ(report.entered_profiles, 5);
  EXPECT_EQ(report.entries, 6);
}

TEST(BacktestTest, TheGoalIsReachedAfterTheEntryAndInTime) {
  const std::string entry = "2026-01-10T09:00:00Z add_to_cart";
  const BacktestReport report = EvaluateShop(
      kCartedInADay,
      Span("2026-01-10", "2026-01-13", "Europe/London",
           At("2026-01-13T00:00:00Z")),
      {{"at", {entry, "2026-01-10T09:00:00Z purchase"}},
       {"after", {entry, "2026-01-10T09:00:00.000001Z purchase"}},
       {"in time", {entry, "2026-01-11T08:59:59.999999Z purchase"}},
       {"too late", {entry, "2026-01-11T09:00:00Z purchase"}},
       {"never", {entry}},
       {"recent",
        {"2026-01-12T00:00:00.000001Z add_to_cart",
         "2026-01-12T01:00:00Z purchase"}},
       {"just not recent",
        {"2026-01-12T00:00:00Z add_to_cart",
         "2026-01-12T01:00:00Z purchase"}}});
  EXPECT_EQ(report.published.entries, 6);
  EXPECT_EQ(report.published.reached, 3);
  EXPECT_EQ(report.recent_entries, 1);
  EXPECT_EQ(report.held_out.entries, 0);
}

TEST(BacktestTest, TheEventThatMakesAMemberIsNotTheGoal) {
  const ProfileLines profiles = {
      {"once", {"2026-01-10T09:00:00Z purchase"}},
      {"twice",
       {"2026-01-10T09:00:00Z purchase", "2026-01-10T10:00:00Z purchase"}}};
  const BacktestReport report =
      EvaluateShop("{ who: { did: purchased } }",
                   Span("2026-01-10", "2026-01-13"), profiles);
  EXPECT_EQ(report.published.entries, 2);
  EXPECT_EQ(report.published.reached, 1);
}

TEST(BacktestTest, AnyConversionCanBeTheGoalAlsoOneThatNoRuleUses) {
  // `viewed` stands in no audience.
  const BacktestReport report = EvaluateShop(
      kCartedInADay, Span("2026-01-10", "2026-01-13"),
      {{"a",
        {"2026-01-10T09:00:00Z add_to_cart", "2026-01-10T10:00:00Z view_item"}},
       {"b", {"2026-01-10T09:00:00Z add_to_cart"}}},
      absl::Hours(24), "viewed");
  EXPECT_EQ(report.published.entries, 2);
  EXPECT_EQ(report.published.reached, 1);
}

TEST(BacktestTest, AnUnknownGoalIsNamed) {
  const Loaded loaded = Load(ShopWithWho("{ did: carted }"));
  EXPECT_EQ(GoalOf(loaded.rulebook, "")->size(), 1u);  // purchased
  EXPECT_EQ(GoalOf(loaded.rulebook, "purchsed").status().message(),
            "no conversion is named 'purchsed'; did you mean 'purchased'?");
}

TEST(BacktestTest, TheControlShareIsCountedAndToldApart) {
  ProfileLines profiles;
  for (int i = 0; i < 200; ++i) {
    profiles["p" + std::to_string(i)] = {"2026-01-10T09:00:00Z add_to_cart",
                                         "2026-01-10T10:00:00Z purchase"};
  }
  const BacktestReport report =
      EvaluateShop("{ who: { did: carted, in_last: 1d }, holdout: 50% }",
                   Span("2026-01-10", "2026-01-12"), profiles, absl::Hours(2));
  ASSERT_EQ(report.days.size(), 2u);
  EXPECT_EQ(report.days[0].size, 200);
  EXPECT_GT(report.days[0].held_out, 60);
  EXPECT_LT(report.days[0].held_out, 140);
  EXPECT_EQ(report.days[1].size, 0);
  EXPECT_EQ(report.days[1].held_out, 0);
  EXPECT_EQ(report.held_out.entries, report.days[0].held_out);
  EXPECT_EQ(report.published.entries + report.held_out.entries, 200);
  EXPECT_EQ(report.published.reached, report.published.entries);
}

TEST(BacktestTest, WhatItBroughtIsToldByTheFirstEntryOfEachPerson) {
  // Everyone carts twice; those who bought did so after their first entry.
  ProfileLines profiles;
  for (int i = 0; i < 400; ++i) {
    Lines& lines = profiles["p" + std::to_string(i)];
    lines = {"2026-01-10T09:00:00Z add_to_cart",
             "2026-01-12T09:00:00Z add_to_cart"};
    if (i % 4 == 0) lines.push_back("2026-01-10T10:00:00Z purchase");
  }
  profiles["too late for it"] = {"2026-01-19T23:00:00Z add_to_cart"};
  profiles["was in before"] = {"2026-01-05T09:00:00Z add_to_cart",
                               "2026-01-10T09:00:00Z add_to_cart"};
  const BacktestReport report = EvaluateShop(
      "{ who: { did: carted, in_last: 1d }, holdout: 25% }",
      Span("2026-01-10", "2026-01-20", "UTC", At("2026-01-20T00:00:00Z")),
      profiles, absl::Hours(2));
  ASSERT_TRUE(report.effect.has_value());
  const HoldoutEffect& effect = *report.effect;
  EXPECT_EQ(effect.published.people + effect.held_out.people, 400);
  EXPECT_EQ(effect.published.reached + effect.held_out.reached, 100);
  EXPECT_EQ(report.published.entries + report.held_out.entries, 2 * 400 + 1);
  EXPECT_EQ(report.held_out.reached, effect.held_out.reached);
  ASSERT_TRUE(effect.lift.has_value());
  EXPECT_DOUBLE_EQ(effect.lift->value,
                   effect.published.value() / effect.held_out.value());
  EXPECT_DOUBLE_EQ(effect.chance,
                   DifferByChance(effect.published, effect.held_out));
  EXPECT_GT(effect.split_chance, 0.001);
}

TEST(BacktestTest, WithoutAControlShareNoEffectIsTold) {
  const ProfileLines profiles = {{"a", {"2026-01-10T09:00:00Z add_to_cart"}}};
  EXPECT_FALSE(
      EvaluateShop(kCartedInADay, Span("2026-01-10", "2026-01-12"), profiles)
          .effect.has_value());
  // Nobody of the control share entered.
  EXPECT_FALSE(
      EvaluateShop("{ who: { did: carted, in_last: 1d }, holdout: 0.0001% }",
                   Span("2026-01-10", "2026-01-12"), profiles)
          .effect.has_value());
}

}  // namespace
}  // namespace audienced
