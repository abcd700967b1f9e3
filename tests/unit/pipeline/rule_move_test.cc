// How profiles come to other rules: only what is another audience then is
// asked, and histories stay that tell all that the rules ask.

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/engine/evaluation.h"
#include "tests/unit/loading.h"
#include "tests/unit/pipeline/publication_scene.h"

namespace audienced {
namespace {

using Way = PublicationScene::Way;

constexpr char kCarters[] =
    "  carters: { who: { all: [{ did: carted, in_last: 1h }, "
    "{ did_not: purchased }] } }\n";
constexpr char kViewers[] = "  viewers: { who: { did: viewed } }\n";
constexpr char kFrequentViewers[] =
    "  viewers: { who: { did: viewed, times: 2 } }\n";

TEST(RuleMoveTest, AnAudienceThatMeansTheSameGoesOn) {
  PublicationScene scene(absl::StrCat(kViewers, kCarters));
  EXPECT_EQ(scene.Cart("ann"), "ann entered event in carters\n");
  EXPECT_EQ(scene.View("bob"), "bob entered event in viewers\n");
  // Others stand at its number now.
  scene.Use(absl::StrCat(kCarters, kFrequentViewers));
  EXPECT_EQ(scene.published(), "bob left rules in viewers\n");
  EXPECT_EQ(scene.tallies()[0].members, 1);
  EXPECT_EQ(scene.tallies()[0].published, 1);
  EXPECT_EQ(scene.tallies()[1].members, 0);
  EXPECT_EQ(scene.WaitUntil(5'000), "ann left time in carters\n");
  EXPECT_EQ(scene.tallies()[0].members, 0);
}

TEST(RuleMoveTest, WhatWasDueComesWithTheMove) {
  PublicationScene scene(absl::StrCat(kViewers, kCarters));
  scene.Cart("ann");
  scene.At(1'000 + 3'600);
  scene.Use(absl::StrCat(kCarters, kFrequentViewers));
  EXPECT_EQ(scene.published(), "ann left time in carters\n");
}

TEST(RuleMoveTest, AnAudienceThatGoesIsLeft) {
  PublicationScene scene(absl::StrCat(kViewers, kCarters));
  scene.Cart("ann");
  scene.View("ann");
  scene.Use(kViewers);
  EXPECT_EQ(scene.published(), "ann left rules\n");
  EXPECT_EQ(scene.WaitUntil(5'000), "") << "its deadline is nobody's";
  scene.Use(absl::StrCat(kViewers, kCarters));
  EXPECT_EQ(scene.tallies()[0].members, 1);
  EXPECT_EQ(scene.tallies()[1].members, 0);
}

TEST(RuleMoveTest, AnAudienceThatOpensOnTheWayIsOpenToAll) {
  const std::string bound =
      "  carters: { who: { did: carted }, minimum_size: 2 }\n";
  PublicationScene scene(absl::StrCat(bound, kViewers));
  scene.Cart("ann");
  scene.View("bob");
  scene.Begin(absl::StrCat(bound, kFrequentViewers));
  EXPECT_EQ(scene.Cart("bob"), "bob left rules in viewers\n");
  scene.MoveAll();
  EXPECT_EQ(scene.published(),
            "ann entered rules in carters\nbob entered size in carters\n");
}

TEST(RuleMoveTest, AnAudienceWithABoundIsCountedAnew) {
  const std::string bound =
      "  carters: { who: { did: carted }, minimum_size: 2 }\n";
  PublicationScene scene(absl::StrCat(bound, kViewers));
  scene.Cart("ann");
  EXPECT_EQ(scene.Cart("bob"),
            "ann entered size in carters\nbob entered event in carters\n");
  scene.Use(absl::StrCat(bound, kFrequentViewers));
  EXPECT_EQ(scene.published(), "");
  EXPECT_EQ(scene.tally().members, 2);
  EXPECT_TRUE(scene.tally().open);
}

std::shared_ptr<const CompiledRulebook> Compiled(const std::string& audiences) {
  Loaded loaded = Load(ShopWith(audiences));
  EXPECT_TRUE(loaded.diagnostics.all().empty()) << loaded.text();
  return CompiledRulebook::Compile(std::move(loaded.rulebook));
}

TEST(RuleMoveTest, HistoriesStayWhereNothingNewIsAsked) {
  const Projection former(Compiled(absl::StrCat(kViewers, kCarters)));
  const auto stay = [&](const std::string& audiences) {
    return Projection::After(former, Compiled(audiences))->Reads(former);
  };
  EXPECT_TRUE(stay(kViewers)) << "less is asked";
  EXPECT_TRUE(stay(absl::StrCat(kCarters, kFrequentViewers)));
  EXPECT_FALSE(stay("  searchers: { who: { did: { event: search } } }\n"));
  EXPECT_FALSE(stay("  viewers: { who: { did: viewed, same: colour } }\n"));
  EXPECT_FALSE(
      stay("  viewers: { who: { did: viewed, where: { colour: red } } }\n"));
}

ProjectedEvent Purchase(Projection& projection) {
  Event event;
  event.occurred_at = absl::UnixEpoch();
  event.origin = "test";
  event.event_id = "1";
  event.name = "purchase";
  return projection.Project(std::move(event));
}

TEST(RuleMoveTest, WhoReadsHistoriesKnowsTheClassesOfAll) {
  const std::string buyers = "  buyers: { who: { did: purchased } }\n";
  for (const bool is_of_former : {true, false}) {
    Projection former(Compiled(absl::StrCat(kViewers, buyers)));
    const auto later = Projection::After(former, Compiled(buyers));
    ASSERT_TRUE(later->Reads(former));
    History history = former.NewHistory();
    history.Insert(Purchase(is_of_former ? former : *later));
    Evaluation of_former(former, history, "ann");
    Evaluation of_later(*later, history, "ann");
    EXPECT_TRUE(of_former.Holds(1, Instant{0}));
    EXPECT_TRUE(of_later.Holds(0, Instant{0}));
  }
}

// One of these or another, with `times` and spans that differ.
std::string RandomAudiences(std::mt19937& random) {
  const auto one_of = [&](int count) {
    return std::uniform_int_distribution<int>(1, count)(random);
  };
  std::vector<std::string> audiences = {
      absl::StrCat(
          "  carters: { who: { all: [{ did: carted, in_last: ", one_of(2),
          "h }, { did_not: purchased, in_last: 30m }] } }\n"),
      absl::StrCat("  viewers: { who: { did: viewed, times: ", one_of(2),
                   " }, stay: ", one_of(2), "h }\n"),
      absl::StrCat("  mail: { who: { did: carted }, consent: [email], "
                   "rejoin_after: ",
                   one_of(2), "h }\n"),
      absl::StrCat("  hot: { who: { score: { of: heat, at_least: ",
                   4 + one_of(2), " } } }\n"),
      absl::StrCat("  large: { who: { did: viewed }, minimum_size: ",
                   1 + one_of(2), " }\n"),
      absl::StrCat("  held: { who: { did: carted }, holdout: ", 40 + one_of(2),
                   "% }\n"),
      absl::StrCat("  buyers: { who: { in_audience: carters }, status: ",
                   one_of(2) == 1 ? "live" : "paused", " }\n"),
      one_of(2) == 1 ? ""
                     : "  red: { who: { did: { event: view_item, where: "
                       "{ colour: red } } } }\n"};
  std::shuffle(audiences.begin(), audiences.end(), random);
  std::string text;
  for (const std::string& audience : audiences) text += audience;
  return text;
}

// What happens in one step, to be done in several scenes.
using Act = std::function<std::string(PublicationScene&)>;

Act RandomAct(std::mt19937& random, int64_t& second) {
  const std::string person(1, static_cast<char>('a' + random() % 4));
  const bool either = random() % 2 == 0;
  switch (random() % 8) {
    case 0:
    case 1:
      return [=](PublicationScene& scene) { return scene.View(person); };
    case 2:
      return [=](PublicationScene& scene) { return scene.Cart(person); };
    case 3:
      return [=](PublicationScene& scene) { return scene.Buy(person); };
    case 4:
      return [=](PublicationScene& scene) {
        return scene.Consent(person, either);
      };
    case 5:
    case 6:
      second += random() % 3'000;
      return [=](PublicationScene& scene) { return scene.WaitUntil(second); };
    default:
      return [=, other = RandomAudiences(random)](PublicationScene& scene) {
        scene.Begin(other);
        // One does something before their turn.
        std::string published =
            either ? scene.View(person) : scene.Cart(person);
        scene.MoveAll();
        return published + scene.published();
      };
  }
}

// The same is published, and counted, as if everyone were asked everything.
TEST(RuleMoveTest, GivesWhatEvaluationOfEverythingGives) {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937 random(seed);
    const std::string first = RandomAudiences(random);
    PublicationScene moved(first, Way::kMove);
    PublicationScene whole(first, Way::kEvaluate);
    int64_t second = 1'000;
    for (int step = 0; step < 60; ++step) {
      const Act act = RandomAct(random, second);
      ASSERT_EQ(act(moved), act(whole)) << "seed " << seed << ", step " << step;
      for (size_t i = 0; i < moved.tallies().size(); ++i) {
        const Tally& left = moved.tallies()[i];
        const Tally& right = whole.tallies()[i];
        ASSERT_EQ(left.members, right.members) << "seed " << seed;
        ASSERT_EQ(left.held_out, right.held_out) << "seed " << seed;
        ASSERT_EQ(left.published, right.published) << "seed " << seed;
        ASSERT_EQ(left.open, right.open) << "seed " << seed;
      }
    }
  }
}

}  // namespace
}  // namespace audienced
