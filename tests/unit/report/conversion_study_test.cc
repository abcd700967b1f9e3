// What conversions are worth, from hand-made histories.

#include "rules/report/conversion_study.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/report/conversion_scene.h"

namespace audienced {
namespace {

TEST(ConversionStudyTest, TheWorthIsTheShareTimesTheMeanValue) {
  const ConversionReport report = ReportOf(
      January(),
      {{"reader",
        {"2026-01-10T09:00:00Z file_download",
         "2026-01-11T09:00:00Z purchase value=30 currency=GBP"}},
       {"only a reader",
        {"2026-01-10T09:00:00Z file_download",
         "2026-01-12T09:00:00Z file_download"}},
       {"buyer", {"2026-01-10T09:00:00Z purchase value=10 currency=GBP"}}});
  EXPECT_EQ(report.profiles, 3);
  EXPECT_EQ(report.goal_events, 2);
  EXPECT_EQ(Text(report.goal_worth), "GBP 20, ");
  const ConversionFigures& ebook = report.conversions[kEbook];
  EXPECT_EQ(ebook.events, 3);
  EXPECT_EQ(ebook.profiles, 2);
  EXPECT_EQ(Text(ebook.later), "1 of 2");
  EXPECT_EQ(Text(report.LearnedWorth(kEbook)), "GBP 10, ");
  // Of nobody.
  EXPECT_EQ(Text(report.conversions[kCarted].later), "0 of 0");
  EXPECT_EQ(Text(report.LearnedWorth(kCarted)), "GBP 0, ");
}

TEST(ConversionStudyTest, AnEventSaysItsAmountByValueElseByItsItems) {
  const ConversionReport report = ReportOf(
      January(),
      {{"value", {"2026-01-10T09:00:00Z purchase value=30 price=1 quantity=2"}},
       {"items", {"2026-01-10T09:00:00Z purchase price=2.5 quantity=4"}},
       {"one item", {"2026-01-10T09:00:00Z purchase price=5 quantity=some"}},
       {"euro", {"2026-01-10T09:00:00Z purchase value=8 currency=EUR"}},
       {"silent", {"2026-01-10T09:00:00Z purchase item_id=a"}},
       {"free", {"2026-01-10T09:00:00Z purchase value=0"}}});
  EXPECT_EQ(report.goal_events, 6);
  EXPECT_EQ(report.goal_events_with_amount, 5);
  // 45 without a currency and 8 euro, of five.
  EXPECT_EQ(Text(report.goal_worth), " 9, EUR 1.6, ");
}

TEST(ConversionStudyTest, WhatTheRulesSayOfTheGoalComesFirst) {
  const ProfileLines profiles = {
      {"a", {"2026-01-10T09:00:00Z subscribe value=7 currency=GBP"}},
      {"b", {"2026-01-10T09:00:00Z purchase value=20 currency=GBP"}}};
  const ConversionReport report = ReportOf(January(), profiles, "subscribed");
  EXPECT_EQ(Text(report.goal_worth), " 100, ");
  // What they say of `ordered` does not count, though each of its events is
  // one.
  EXPECT_EQ(Text(ReportOf(January(), profiles).goal_worth), "GBP 20, ");
  // Any macro conversion: one of 100, and one of 20 GBP.
  EXPECT_EQ(Text(ReportOf(January(), profiles, "").goal_worth),
            " 50, GBP 10, ");
}

TEST(ConversionStudyTest, TheGoalComesAfterTheFirstOneAndInTime) {
  const ConversionReport report = ReportOf(
      Past("2026-01-10", "2026-01-12", "UTC", At("2026-01-19T00:00:00Z")),
      {{"at the same time",
        {"2026-01-11T00:00:00Z add_to_cart", "2026-01-11T00:00:00Z purchase"}},
       {"just after",
        {"2026-01-11T00:00:00Z add_to_cart",
         "2026-01-11T00:00:00.000001Z purchase"}},
       {"in time",
        {"2026-01-11T00:00:00Z add_to_cart",
         "2026-01-17T23:59:59.999999Z purchase"}},
       {"late",
        {"2026-01-11T00:00:00Z add_to_cart", "2026-01-18T00:00:00Z purchase",
         // By the second one it would be in time.
         "2026-01-11T01:00:00Z add_to_cart"}},
       {"before it",
        {"2026-01-10T00:00:00Z purchase", "2026-01-11T00:00:00Z add_to_cart"}},
       {"not in these days",
        {"2026-01-09T23:59:59.999999Z add_to_cart",
         "2026-01-10T01:00:00Z purchase"}},
       // Just over: its seven days end with what is known.
       {"whole", {"2026-01-11T23:59:59.999999Z add_to_cart"}},
       {"after these days", {"2026-01-12T00:00:00Z add_to_cart"}}});
  EXPECT_EQ(report.conversions[kCarted].profiles, 6);
  EXPECT_EQ(report.conversions[kCarted].events, 7);
  EXPECT_EQ(Text(report.conversions[kCarted].later), "2 of 6");
}

TEST(ConversionStudyTest, WhoseTimeIsNotOverIsNotInTheShare) {
  const ConversionReport report = ReportOf(
      Past("2026-01-10", "2026-01-18", "UTC", At("2026-01-18T00:00:00Z")),
      {{"over", {"2026-01-11T00:00:00Z add_to_cart"}},
       {"not over",
        {"2026-01-11T00:00:00.000001Z add_to_cart",
         "2026-01-12T00:00:00Z purchase"}}});
  EXPECT_EQ(report.conversions[kCarted].profiles, 2);
  EXPECT_EQ(Text(report.conversions[kCarted].later), "0 of 1");
}

TEST(ConversionStudyTest, ThoseWhoBuyAgain) {
  const ConversionReport report = ReportOf(
      January(),
      {{"once", {"2026-01-10T00:00:00Z purchase"}},
       {"twice",
        {"2026-01-10T00:00:00Z purchase", "2026-01-11T00:00:00Z purchase"}}});
  EXPECT_EQ(Text(report.conversions[kPaid].later), "1 of 2");
  // Nothing foretells itself.
  EXPECT_EQ(Text(report.conversions[kPaid].foretelling.did), "0 of 0");
}

TEST(ConversionStudyTest, WithoutAGoalTheConversionsAreCounted) {
  const auto rulebook = RulebookOf(
      "version: 1\n"
      "conversions: { one: { kind: micro, event: x } }\n"
      "audiences: { a: { who: { did: one } } }\n");
  const ConversionStudy nothing({January(), {}, absl::Hours(1), absl::Hours(1)},
                                rulebook->model());
  const ConversionReport report =
      AddAll(rulebook, {{"a", {"2026-01-10T00:00:00Z x"}}}, nothing).Report();
  EXPECT_EQ(report.conversions[0].profiles, 1);
  EXPECT_EQ(report.goal_events, 0);
  EXPECT_EQ(report.conversions[0].foretelling.verdict,
            Foretelling::Verdict::kNobody);
}

TEST(ConversionStudyTest, OnlyGoalsWithinTheSpanSayWhatOneIsWorth) {
  const ConversionReport report = ReportOf(
      Past("2026-01-10", "2026-01-11", "UTC", At("2026-01-20T00:00:00Z")),
      {{"a",
        {"2026-01-09T23:00:00Z purchase value=1",
         "2026-01-10T09:00:00Z add_to_cart",
         "2026-01-10T23:59:59.999999Z purchase value=10",
         "2026-01-11T00:00:00Z purchase value=100"}},
       // What comes when nothing is known any more is not looked at.
       {"b",
        {"2026-01-10T09:00:00Z add_to_cart",
         "2026-01-20T00:00:00Z purchase value=1000"}}},
      "paid", absl::Hours(24 * 10));
  EXPECT_EQ(report.goal_events, 1);
  EXPECT_EQ(Text(report.goal_worth), " 10, ");
  EXPECT_EQ(report.first_event, ToInstant(At("2026-01-09T23:00:00Z")));
  EXPECT_EQ(Text(report.conversions[kCarted].later), "0 of 0");
}

TEST(ConversionStudyTest, EachItemHasItsOwnCurrency) {
  const auto rulebook = RulebookOf(kConversionRules);
  Event event = ToEvent("2026-01-10T09:00:00Z purchase currency=GBP");
  const auto item = [](const std::string& price, const std::string& currency) {
    Properties properties;
    properties.Set("item_id", Value(price));
    properties.Set("price", Value(price));
    if (!currency.empty()) properties.Set("currency", Value(currency));
    return properties;
  };
  event.items = {item("10", "EUR"), item("20", "")};
  Projection projection(rulebook);
  History history = projection.NewHistory();
  history.Insert(projection.Project(event));
  Evaluation evaluation(projection, history, "key");
  ConversionStudy study({January(), {kPaid}, absl::Hours(1), absl::Hours(1)},
                        rulebook->model());
  study.Add(evaluation);
  EXPECT_EQ(Text(study.Report().goal_worth), "EUR 10, GBP 20, ");
}

}  // namespace
}  // namespace audienced
