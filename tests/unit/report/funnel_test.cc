// How far people came on a ladder, from hand-made histories and against a slow
// count of random ones.

#include "rules/report/funnel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "rules/report/goal.h"
#include "tests/unit/report/report_scene.h"

namespace audienced {
namespace {

// By the ladder `shop`: viewed, carted, purchased, all within 7d.
FunnelReport FunnelOf(const PastSpan& span, const ProfileLines& profiles,
                      const std::string& rules = ShopWith("  {}\n")) {
  const auto rulebook = RulebookOf(rules);
  const Funnel nothing({0, span}, rulebook->model());
  return AddAll(rulebook, profiles, nothing).Report();
}

std::string Text(const std::vector<FunnelRung>& rungs) {
  std::string text;
  for (const FunnelRung& rung : rungs) {
    text += std::to_string(rung.reached) + " (" + std::to_string(rung.stopped) +
            " stopped, " + std::to_string(rung.under_way) + " may go on) ";
  }
  return text;
}

std::vector<int64_t> Settled(const FunnelReport& report) {
  std::vector<int64_t> settled;
  for (const FunnelRung& rung : report.rungs) settled.push_back(rung.settled);
  return settled;
}

std::vector<int64_t> Reached(const FunnelReport& report) {
  std::vector<int64_t> reached;
  for (const FunnelRung& rung : report.rungs) reached.push_back(rung.reached);
  return reached;
}

using Counts = std::vector<int64_t>;

TEST(FunnelTest, EachPersonCountsOnceByTheLongestRun) {
  const FunnelReport report = FunnelOf(
      Past("2026-01-10", "2026-02-10"),
      {{"viewed", {"2026-01-10T09:00:00Z view_item"}},
       {"viewed twice",
        {"2026-01-10T09:00:00Z view_item", "2026-01-12T09:00:00Z view_item"}},
       {"carted",
        {"2026-01-10T09:00:00Z view_item", "2026-01-10T10:00:00Z add_to_cart"}},
       // No rung is skipped, and the order counts.
       {"bought without a cart",
        {"2026-01-10T09:00:00Z view_item", "2026-01-10T10:00:00Z purchase"}},
       {"backwards",
        {"2026-01-10T09:00:00Z purchase", "2026-01-10T10:00:00Z add_to_cart",
         "2026-01-10T11:00:00Z view_item"}},
       {"never viewed",
        {"2026-01-10T09:00:00Z add_to_cart", "2026-01-10T10:00:00Z purchase"}},
       // The second view reaches the purchase, the first is too old for it.
       {"bought",
        {"2026-01-10T09:00:00Z view_item", "2026-01-11T09:00:00Z add_to_cart",
         "2026-01-16T09:00:00Z view_item", "2026-01-17T09:00:00Z add_to_cart",
         "2026-01-17T10:00:00Z purchase"}}});
  EXPECT_EQ(report.profiles, 7);
  EXPECT_EQ(Text(report.rungs),
            "6 (4 stopped, 0 may go on) 2 (1 stopped, 0 may go on) "
            "1 (1 stopped, 0 may go on) ");
}

TEST(FunnelTest, EveryRungComesLessThanTheSpanOfTheLadderAfterTheFirst) {
  EXPECT_EQ(Reached(FunnelOf(Past("2026-01-10", "2026-02-10"),
                             {{"in time",
                               {"2026-01-10T09:00:00Z view_item",
                                "2026-01-17T08:59:59.999999Z add_to_cart"}},
                              {"late",
                               {"2026-01-10T09:00:00Z view_item",
                                "2026-01-17T09:00:00Z add_to_cart"}}})),
            (Counts{2, 1, 0}));
}

class OneEventTest : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Spans, OneEventTest,
                         testing::Values("", ", all_within: 7d"));

TEST_P(OneEventTest, IsOneRung) {
  const std::string rules =
      "version: 1\n"
      "conversions:\n"
      "  one: { kind: micro, event: [both, other] }\n"
      "  two: { kind: macro, event: both }\n"
      "ladders: { way: { rungs: [one, two]" +
      GetParam() + " } }\n";
  const PastSpan span = Past("2026-01-10", "2026-02-10", "UTC");
  EXPECT_EQ(
      Reached(FunnelOf(span, {{"a", {"2026-01-10T09:00:00Z both"}}}, rules)),
      (Counts{1, 0}));
  // At one instant either order will do.
  EXPECT_EQ(
      Reached(FunnelOf(
          span,
          {{"a", {"2026-01-10T09:00:00Z both", "2026-01-10T09:00:00Z other"}},
           {"b", {"2026-01-10T09:00:00Z both", "2026-01-10T10:00:00Z other"}}},
          rules)),
      (Counts{2, 1}));
}

TEST(FunnelTest, TheDaysAreThoseOfTheFirstRung) {
  const FunnelReport report = FunnelOf(
      Past("2026-01-10", "2026-01-11", "UTC", At("2026-01-13T00:00:00Z")),
      {{"before",
        {"2026-01-09T23:59:59.999999Z view_item",
         "2026-01-10T10:00:00Z add_to_cart"}},
       {"at",
        {"2026-01-10T00:00:00Z view_item",
         "2026-01-12T23:59:59.999999Z add_to_cart"}},
       {"last", {"2026-01-10T23:59:59.999999Z view_item"}},
       {"after", {"2026-01-11T00:00:00Z view_item"}},
       // What comes later than what is known is not looked at.
       {"unknown",
        {"2026-01-10T00:00:00Z view_item",
         "2026-01-13T00:00:00Z add_to_cart"}}});
  EXPECT_EQ(Reached(report), (Counts{3, 1, 0}));
}

TEST(FunnelTest, WhoseTimeIsNotOverMayGoOn) {
  const FunnelReport report = FunnelOf(
      Past("2026-01-10", "2026-01-20", "UTC", At("2026-01-20T00:00:00Z")),
      {{"over", {"2026-01-13T00:00:00Z view_item"}},
       {"not over", {"2026-01-13T00:00:00.000001Z view_item"}},
       // The later view may lead farther.
       {"again",
        {"2026-01-10T00:00:00Z view_item", "2026-01-10T01:00:00Z add_to_cart",
         "2026-01-19T00:00:00Z view_item"}},
       {"there",
        {"2026-01-19T00:00:00Z view_item", "2026-01-19T01:00:00Z add_to_cart",
         "2026-01-19T02:00:00Z purchase"}}});
  EXPECT_EQ(Text(report.rungs),
            "4 (2 stopped, 1 may go on) 2 (1 stopped, 1 may go on) "
            "1 (1 stopped, 0 may go on) ");
  // By the runs whose time is over alone: of `over` and the first of `again`.
  EXPECT_EQ(Settled(report), (Counts{2, 1, 0}));
}

TEST(FunnelTest, WithoutASpanEverybodyMayGoOn) {
  std::string rules = ShopWith("  {}\n");
  const std::string within = ", all_within: 7d";
  rules.erase(rules.find(within), within.size());
  const FunnelReport report = FunnelOf(
      Past("2026-01-10", "2026-02-10"),
      {{"viewed", {"2026-01-10T09:00:00Z view_item"}},
       {"bought",
        {"2026-01-10T09:00:00Z view_item", "2026-03-10T10:00:00Z add_to_cart",
         "2026-06-10T11:00:00Z purchase"}}},
      rules);
  EXPECT_EQ(Text(report.rungs),
            "2 (1 stopped, 1 may go on) 1 (0 stopped, 0 may go on) "
            "1 (1 stopped, 0 may go on) ");
  EXPECT_EQ(Settled(report), Reached(report));
  EXPECT_EQ(report.first_event, ToInstant(At("2026-01-10T09:00:00Z")));
}

// What the longest of many runs is does not take long to find: a person with
// many views costs no more than some with few. (By its square it took minutes.)
TEST(FunnelTest, APersonOfManyEvents) {
  constexpr int kViews = 30000;
  const absl::Time begin = At("2026-01-01T00:00:00Z");
  Lines lines;
  for (int i = 0; i < kViews; ++i) {
    lines.push_back(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                                     begin + absl::Seconds(10 * i),
                                     absl::UTCTimeZone()) +
                    " view_item number=" + std::to_string(i));
  }
  lines.push_back("2026-01-09T00:00:00Z add_to_cart");
  lines.push_back("2026-01-30T00:00:00Z purchase");
  EXPECT_EQ(Reached(FunnelOf(Past("2026-01-01", "2026-02-10", "UTC"),
                             {{"a", lines}})),
            (Counts{1, 1, 0}));
}

TEST(FunnelTest, TheTimeZoneIsThatOfTheLastRung) {
  const Loaded loaded = Load(std::vector<SourceFile>{
      {"a.yaml",
       "version: 1\ntimezone: Europe/London\nconversions:\n"
       "  one: { kind: micro, event: one }\n"},
      {"b.yaml",
       "version: 1\ntimezone: Asia/Tokyo\nconversions:\n"
       "  two: { kind: macro, event: two }\n"
       "ladders: { way: { rungs: [one, two] } }\n"}});
  EXPECT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  EXPECT_EQ(TimeZoneOf(loaded.rulebook, loaded.rulebook.ladders[0]),
            "Asia/Tokyo");
}

TEST(FunnelTest, TimesAreThoseOfTheFirstOfTheLongestRuns) {
  const FunnelReport report = FunnelOf(
      Past("2026-01-10", "2026-02-10"),
      {{"a",
        {"2026-01-10T09:00:00Z view_item", "2026-01-10T10:00:00Z view_item",
         "2026-01-10T12:00:00Z add_to_cart", "2026-01-11T09:00:00Z purchase",
         // As long, and quicker.
         "2026-01-20T09:00:00Z view_item", "2026-01-20T09:01:00Z add_to_cart",
         "2026-01-20T09:02:00Z purchase"}},
       {"b",
        {"2026-01-10T09:00:00Z view_item", "2026-01-10T10:00:00Z add_to_cart"}},
       {"c",
        {"2026-01-10T09:00:00Z view_item",
         "2026-01-10T09:00:00Z add_to_cart"}}});
  ASSERT_EQ(report.rungs.size(), 3u);
  EXPECT_EQ(report.rungs[1].from_previous.median, absl::Hours(1));
  EXPECT_EQ(report.rungs[1].from_previous.first, absl::ZeroDuration());
  EXPECT_EQ(report.rungs[1].from_previous.third, absl::Hours(3));
  EXPECT_EQ(report.rungs[2].from_previous.median, absl::Hours(21));
  EXPECT_EQ(report.rungs[2].from_first.median, absl::Hours(24));
  EXPECT_EQ(report.rungs[0].from_previous.third, absl::ZeroDuration());
}

TEST(FunnelTest, AConversionThatCountsOncePerSessionIsOneRungOnce) {
  const std::string rules =
      "version: 1\n"
      "conversions:\n"
      "  visit: { kind: micro, event: \"*\", once_per: session }\n"
      "  two: { kind: micro, event: again, once_per: session }\n"
      "  end: { kind: macro, event: done }\n"
      "ladders: { way: { rungs: [visit, two, end] } }\n";
  EXPECT_EQ(Reached(FunnelOf(Past("2026-01-10", "2026-02-10", "UTC"),
                             {{"a",
                               {"2026-01-10T09:00:00Z again session_id=1",
                                "2026-01-10T09:01:00Z again session_id=1",
                                "2026-01-10T09:02:00Z done session_id=1"}},
                              {"b",
                               {"2026-01-10T09:00:00Z other session_id=1",
                                "2026-01-10T09:01:00Z again session_id=1",
                                "2026-01-10T09:02:00Z done session_id=1"}}},
                             rules)),
            (Counts{2, 1, 1}));
}

TEST(FunnelTest, AnUnknownLadderIsNamed) {
  const Loaded loaded = Load(ShopWithWho("{ did: carted }"));
  EXPECT_EQ(*LadderOf(loaded.rulebook, "shop"), 0u);
  EXPECT_EQ(*LadderOf(loaded.rulebook, ""), 0u);  // there is one
  EXPECT_EQ(LadderOf(loaded.rulebook, "shp").status().message(),
            "no ladder is named 'shp'; did you mean 'shop'?");
  EXPECT_EQ(LadderOf(loaded.rulebook, "checkout").status().message(),
            "no ladder is named 'checkout'; the rules have 'shop'");
  EXPECT_EQ(LadderOf(Rulebook(), "").status().message(),
            "name a ladder; the rules have none");
  EXPECT_EQ(RungsOf(loaded.rulebook, loaded.rulebook.ladders[0]),
            (std::vector<size_t>{0, 1, 2}));
}

// --- A slow count ---

// Is the first rung and the second.
constexpr char kBoth[] = "both";

// The most rungs from `hour` on by acts that are not `used` yet, tried one by
// one.
int Farthest(const std::vector<Act>& acts, std::vector<bool>& used, int first,
             int hour, size_t rung, const std::vector<std::string>& rungs,
             int within) {
  if (rung == rungs.size()) return 0;
  int farthest = 0;
  for (size_t i = 0; i < acts.size(); ++i) {
    const bool is_it =
        acts[i].name == rungs[rung] || (acts[i].name == kBoth && rung < 2);
    if (used[i] || !is_it || acts[i].hour < hour) continue;
    const int begin = rung == 0 ? acts[i].hour : first;
    if (within > 0 && acts[i].hour - begin >= within) continue;
    used[i] = true;
    farthest = std::max(farthest, 1 + Farthest(acts, used, begin, acts[i].hour,
                                               rung + 1, rungs, within));
    used[i] = false;
  }
  return farthest;
}

// The ladder without a span, or with another, and an audience a rung.
std::string RulesWithin(int hours) {
  std::string rules = ShopWith("");
  const std::string known = ", all_within: 7d";
  rules.replace(
      rules.find(known), known.size(),
      hours == 0 ? "" : ", all_within: " + std::to_string(hours) + "h");
  for (const char* event : {"view_item", "add_to_cart"}) {
    const std::string alone = std::string("event: ") + event;
    rules.replace(rules.find(alone), alone.size(),
                  std::string("event: [") + event + ", " + kBoth + "]");
  }
  for (const char* rung : {"viewed", "carted", "purchased"}) {
    rules += std::string("  at-") + rung +
             ": { who: { on_rung: { ladder: shop, rung: " + rung +
             ", since: \"2026-01-01T00:00:00Z\" } } }\n";
  }
  return rules;
}

TEST(FunnelTest, RandomHistoriesAreAsASlowCountAndAsOnRungSays) {
  constexpr int kKnown = 24 * 30;
  const std::vector<std::string> names = {"view_item", "add_to_cart",
                                          "purchase"};
  const absl::Time end = At(HourText(kKnown));
  std::mt19937 random(7);
  for (const int within : {0, 36, 240}) {
    const auto rulebook = RulebookOf(RulesWithin(within));
    Projection projection(rulebook);
    std::vector<int64_t> stopped(4);
    std::vector<int64_t> standing(3);
    ProfileLines profiles;
    for (int person = 0; person < 300; ++person) {
      std::vector<Act> acts(random() % 7);
      for (Act& act : acts) {
        // Few hours, so that many acts come at one instant.
        act = {static_cast<int>(random() % 12) * 20,
               random() % 5 == 0 ? kBoth : names[random() % names.size()]};
      }
      std::vector<bool> used(acts.size());
      ++stopped[Farthest(acts, used, 0, 0, 0, names, within)];
      Lines& lines = profiles["p" + std::to_string(person)];
      lines = LinesOf(acts);
      History history = projection.NewHistory();
      for (const std::string& line : lines) {
        history.Insert(projection.Project(ToEvent(line)));
      }
      Evaluation evaluation(projection, history, "key");
      for (size_t rung = 0; rung < 3; ++rung) {
        standing[rung] +=
            evaluation.Holds(rung, Plus(ToInstant(end), -1)) ? 1 : 0;
      }
    }
    const PastSpan span = Past("2026-01-01", HourText(kKnown), "UTC", end);
    const FunnelReport report = FunnelOf(span, profiles, RulesWithin(within));
    for (size_t rung = 0; rung < 3; ++rung) {
      EXPECT_EQ(report.rungs[rung].stopped, stopped[rung + 1])
          << "rung " << rung << " within " << within;
      EXPECT_EQ(report.rungs[rung].stopped, standing[rung])
          << "rung " << rung << " within " << within;
      EXPECT_GT(report.rungs[rung].stopped, 5);
      if (within == 0) {
        EXPECT_EQ(report.rungs[rung].settled, report.rungs[rung].reached);
      }
    }
  }
}

}  // namespace
}  // namespace audienced
