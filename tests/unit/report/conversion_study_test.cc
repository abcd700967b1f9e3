// What conversions are worth and which foretell the goal, from hand-made
// histories and against a slow count of random ones.

#include "rules/report/conversion_study.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "rules/report/goal.h"
#include "tests/unit/report/report_scene.h"

namespace audienced {
namespace {

// ebook, carted (worth 5), paid (the goal), subscribed (macro, worth 100).
constexpr char kRules[] =
    "version: 1\n"
    "conversions:\n"
    "  ebook: { kind: micro, role: secondary, event: file_download, "
    "worth: learned }\n"
    "  carted: { kind: micro, role: process, event: add_to_cart, worth: 5 }\n"
    "  paid: { kind: macro, event: purchase }\n"
    "  subscribed: { kind: macro, event: subscribe, worth: 100 }\n";
constexpr size_t kEbook = 0;
constexpr size_t kCarted = 1;
constexpr size_t kPaid = 2;
constexpr size_t kSubscribed = 3;

ConversionReport ReportOf(const PastSpan& span, const ProfileLines& profiles,
                          const std::string& goal = "paid",
                          absl::Duration within = absl::Hours(24 * 7),
                          absl::Duration observed = absl::Hours(24),
                          bool only_new = false) {
  const auto rulebook = RulebookOf(kRules);
  const auto goals = GoalOf(rulebook->model(), goal);
  EXPECT_TRUE(goals.ok()) << goals.status();
  const ConversionStudy nothing({span, *goals, within, observed, only_new},
                                rulebook->model());
  return AddAll(rulebook, profiles, nothing).Report();
}

PastSpan January() { return Past("2026-01-01", "2026-02-01", "UTC"); }

// `1 of 2`.
std::string Text(const Share& share) {
  return std::to_string(share.reached) + " of " + std::to_string(share.people);
}

// `GBP 12.5, `.
std::string Text(const std::map<std::string, Decimal>& amounts) {
  std::string text;
  for (const auto& [currency, amount] : amounts) {
    text += currency + " " + ToText(amount) + ", ";
  }
  return text;
}

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
       {"one item", {"2026-01-10T09:00:00Z purchase price=5 item_id=a"}},
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
  // What they say of another conversion does not count, though an event is
  // both.
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

TEST(ConversionStudyTest, PeopleAreObservedForEquallyLongAndFollowedAfterThat) {
  // Observed for a day from the first event on, followed for seven.
  const PastSpan span =
      Past("2026-01-10", "2026-01-20", "UTC", At("2026-01-21T00:00:00Z"));
  const ConversionReport report = ReportOf(
      span,
      {{"did it and bought",
        {"2026-01-10T00:00:00Z x", "2026-01-10T23:59:59.999999Z file_download",
         "2026-01-11T00:00:00Z purchase"}},
       {"did it and bought at the end",
        {"2026-01-10T00:00:00Z file_download",
         "2026-01-17T23:59:59.999999Z purchase"}},
       {"did it and bought late",
        {"2026-01-10T00:00:00Z file_download",
         "2026-01-18T00:00:00Z purchase"}},
       // A day later is as good as never.
       {"did it later and bought",
        {"2026-01-10T00:00:00Z x", "2026-01-11T00:00:00Z file_download",
         "2026-01-12T00:00:00Z purchase"}},
       {"did not and did not buy", {"2026-01-10T00:00:00Z x"}},
       // Nothing is foretold of these.
       {"bought early",
        {"2026-01-10T00:00:00Z file_download",
         "2026-01-10T23:59:59.999999Z purchase",
         "2026-01-12T00:00:00Z purchase"}},
       {"not followed to the end",
        {"2026-01-13T00:00:00.000001Z file_download",
         "2026-01-15T00:00:00Z purchase"}},
       // What was before the days is not looked at.
       {"came back",
        {"2026-01-09T00:00:00Z file_download", "2026-01-12T00:00:00Z x"}}});
  EXPECT_EQ(report.followed, 7);
  EXPECT_EQ(report.reached_early, 1);
  const Foretelling& ebook = report.conversions[kEbook].foretelling;
  EXPECT_EQ(Text(ebook.did), "2 of 3");
  EXPECT_EQ(Text(ebook.did_not), "1 of 3");
  EXPECT_EQ(Text(report.afterwards), "3 of 6");
  ASSERT_TRUE(ebook.lift.has_value());
  EXPECT_DOUBLE_EQ(ebook.lift->value, 2);
  EXPECT_EQ(ebook.verdict, Foretelling::Verdict::kNoDifference);
  // Nobody carted.
  const Foretelling& carted = report.conversions[kCarted].foretelling;
  EXPECT_EQ(Text(carted.did), "0 of 0");
  EXPECT_EQ(carted.verdict, Foretelling::Verdict::kNobody);
  EXPECT_EQ(carted.false_discovery_rate, 1);
  EXPECT_FALSE(carted.lift.has_value());
}

TEST(ConversionStudyTest, OnlyPeopleWhoAreNew) {
  const ProfileLines profiles = {
      {"new", {"2026-01-10T00:00:00Z file_download"}},
      {"known",
       {"2026-01-09T23:59:59.999999Z x",
        "2026-01-10T00:00:00Z file_download"}}};
  const PastSpan span = Past("2026-01-10", "2026-01-20", "UTC");
  const auto followed = [&](bool only_new) {
    const ConversionReport report = ReportOf(
        span, profiles, "paid", absl::Hours(1), absl::Hours(1), only_new);
    EXPECT_EQ(report.conversions[kEbook].profiles, 2);
    return report.followed;
  };
  EXPECT_EQ(followed(false), 2);
  EXPECT_EQ(followed(true), 1);
}

TEST(ConversionStudyTest, ObservationGoesOnBehindTheDays) {
  const ConversionReport report = ReportOf(
      Past("2026-01-10", "2026-01-11", "UTC"),
      {{"a",
        {"2026-01-10T23:00:00Z x", "2026-01-11T01:00:00Z file_download"}}});
  EXPECT_EQ(report.conversions[kEbook].events, 0);
  EXPECT_EQ(report.conversions[kEbook].profiles, 0);
  EXPECT_EQ(Text(report.conversions[kEbook].foretelling.did), "0 of 1");
}

// So many profiles of which `bought` of those who did it and of those who did
// not came to buy.
void AddPeople(const std::string& did, int count, int bought,
               ProfileLines& profiles) {
  for (int i = 0; i < count; ++i) {
    Lines lines = {"2026-01-10T00:00:00Z x"};
    if (!did.empty()) lines.push_back("2026-01-10T01:00:00Z " + did);
    if (i < bought) lines.push_back("2026-01-12T00:00:00Z purchase");
    profiles[did + std::to_string(i)] = lines;
  }
}

TEST(ConversionStudyTest, ADifferenceIsToldWhereItCouldHardlyBeChance) {
  ProfileLines profiles;
  AddPeople("file_download", 100, 40, profiles);
  AddPeople("add_to_cart", 100, 3, profiles);
  AddPeople("subscribe", 100, 22, profiles);
  AddPeople("", 200, 35, profiles);
  const ConversionReport report = ReportOf(January(), profiles);
  const auto verdict = [&](size_t conversion) {
    return report.conversions[conversion].foretelling.verdict;
  };
  EXPECT_EQ(verdict(kEbook), Foretelling::Verdict::kLikelier);
  EXPECT_EQ(verdict(kCarted), Foretelling::Verdict::kUnlikelier);
  // 22 of 100 against 78 of 400.
  EXPECT_EQ(verdict(kSubscribed), Foretelling::Verdict::kNoDifference);
  const Foretelling& ebook = report.conversions[kEbook].foretelling;
  EXPECT_EQ(Text(ebook.did), "40 of 100");
  EXPECT_EQ(Text(ebook.did_not), "60 of 400");
  ASSERT_TRUE(ebook.lift.has_value());
  EXPECT_NEAR(ebook.lift->value, 0.4 / 0.15, 1e-12);
  EXPECT_GT(ebook.lift->low, 1);
  EXPECT_DOUBLE_EQ(ebook.chance, DifferByChance({40, 100}, {60, 400}));
  // The second of three chances: half as much again.
  EXPECT_NEAR(ebook.false_discovery_rate,
              1.5 * DifferByChance({40, 100}, {60, 400}), 1e-12);
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

TEST(ConversionStudyTest, ADifferenceIsToldBelowOneInTwenty) {
  // 8 of 18 against 3 of 20 is by chance in 0.0741, 9 of 18 in 0.0354.
  for (const int bought : {8, 9}) {
    ProfileLines profiles;
    AddPeople("file_download", 18, bought, profiles);
    AddPeople("", 20, 3, profiles);
    const ConversionReport report = ReportOf(January(), profiles);
    EXPECT_EQ(report.conversions[kEbook].foretelling.verdict,
              bought == 8 ? Foretelling::Verdict::kNoDifference
                          : Foretelling::Verdict::kLikelier);
  }
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
  const auto rulebook = RulebookOf(kRules);
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

// --- A slow count ---

// Whether one of `acts` is a `name` from `begin` on and before `end`.
bool Did(const std::vector<Act>& acts, const std::string& name, int begin,
         int end) {
  for (const Act& act : acts) {
    if (act.name == name && act.hour >= begin && act.hour < end) return true;
  }
  return false;
}

int First(const std::vector<Act>& acts, const std::string& name, int begin,
          int end) {
  int first = end;
  for (const Act& act : acts) {
    if (!name.empty() && act.name != name) continue;
    if (act.hour >= begin && act.hour < first) first = act.hour;
  }
  return first;
}

void Count(bool reached, Share& share) {
  ++share.people;
  if (reached) ++share.reached;
}

TEST(ConversionStudyTest, RandomHistoriesAreAsASlowCount) {
  constexpr int kBegin = 24 * 4;
  constexpr int kEnd = 24 * 20;
  constexpr int kKnown = 24 * 25;
  constexpr int kWithin = 24 * 5;
  constexpr int kObserved = 24 * 2;
  const std::vector<std::pair<std::string, size_t>> names = {
      {"file_download", kEbook}, {"add_to_cart", kCarted}};
  const std::vector<std::string> all = {"file_download", "add_to_cart",
                                        "purchase", "x"};
  std::mt19937 random(11);
  ProfileLines profiles;
  std::map<size_t, Share> later;
  std::map<size_t, Share> did;
  std::map<size_t, Share> did_not;
  int early = 0;
  for (int person = 0; person < 2000; ++person) {
    std::vector<Act> acts(random() % 8);
    for (Act& act : acts) {
      // Known or not, in these days or not; often at one instant.
      act = {static_cast<int>(random() % 90) * 8, all[random() % all.size()]};
    }
    profiles["p" + std::to_string(person)] = LinesOf(acts);
    for (const auto& [name, conversion] : names) {
      const int first = First(acts, name, kBegin, kEnd);
      if (first == kEnd || first + kWithin > kKnown) continue;
      Count(Did(acts, "purchase", first + 1, first + kWithin),
            later[conversion]);
    }
    const int begin = First(acts, "", kBegin, kEnd);
    const int landmark = begin + kObserved;
    if (begin == kEnd || landmark + kWithin > kKnown) continue;
    if (Did(acts, "purchase", begin, landmark)) {
      ++early;
      continue;
    }
    for (const auto& [name, conversion] : names) {
      Count(Did(acts, "purchase", landmark, landmark + kWithin),
            Did(acts, name, begin, landmark) ? did[conversion]
                                             : did_not[conversion]);
    }
  }
  const ConversionReport report = ReportOf(
      Past(HourText(kBegin), HourText(kEnd), "UTC", At(HourText(kKnown))),
      profiles, "paid", absl::Hours(kWithin), absl::Hours(kObserved));
  EXPECT_EQ(report.reached_early, early);
  for (const auto& [name, conversion] : names) {
    const ConversionFigures& figures = report.conversions[conversion];
    EXPECT_EQ(Text(figures.later), Text(later[conversion])) << name;
    EXPECT_EQ(Text(figures.foretelling.did), Text(did[conversion])) << name;
    EXPECT_EQ(Text(figures.foretelling.did_not), Text(did_not[conversion]))
        << name;
    EXPECT_GT(did[conversion].reached, 20);
  }
}

}  // namespace
}  // namespace audienced
