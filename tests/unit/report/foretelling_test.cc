// Which conversions foretell the goal, from hand-made histories, and all
// figures of conversions against a slow count of random ones.

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/report/conversion_scene.h"

namespace audienced {
namespace {

TEST(ForetellingTest, PeopleAreObservedForEquallyLongAndFollowedAfterThat) {
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

TEST(ForetellingTest, OnlyPeopleWhoAreNew) {
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

TEST(ForetellingTest, ObservationGoesOnBehindTheDays) {
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

TEST(ForetellingTest, ADifferenceIsToldWhereItCouldHardlyBeChance) {
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

TEST(ForetellingTest, ADifferenceIsToldBelowOneInTwenty) {
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

TEST(ForetellingTest, RandomHistoriesAreAsASlowCount) {
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
