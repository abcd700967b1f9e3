// A commit evaluates from where something has changed, and comes to what an
// evaluation of all time comes to.

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/membership.h"
#include "tests/unit/pipeline/publication_scene.h"

namespace audienced {
namespace {

constexpr int64_t kHour = 3'600;

// The membership after a commit, by an evaluation of all time.
Membership Expected(const Projection& projection, const Profile* before,
                    const Profile& after, uint32_t audience, Instant now) {
  Evaluation evaluation(projection, *after.history, after.key);
  Membership membership;
  if (before != nullptr) {
    const AudienceMembership* known = FindMembership(*before, audience);
    if (known != nullptr) membership = known->membership;
  }
  Advance(membership, evaluation.At(audience, now),
          evaluation.ContextAt(audience, now), now, Cause::kEvent);
  return membership;
}

// Complains of every commit that comes to something else.
void HoldAgainstAllTime(PublicationScene& scene) {
  scene.SeeCommits([&scene](const Profile* before, const Profile& after) {
    const Projection& projection = scene.projection();
    for (uint32_t a = 0; a < projection.rulebook().audience_count(); ++a) {
      const AudienceMembership* found = FindMembership(after, a);
      EXPECT_EQ(found == nullptr ? Membership() : found->membership,
                Expected(projection, before, after, a, scene.now()))
          << after.key << " in " << projection.rulebook().audience(a).name;
    }
  });
}

TEST(RecentEvaluationTest, ALateEventRenewsWhereItBelongs) {
  PublicationScene scene(
      "  tested: { who: { did: carted, in_last: 1h }, stay: 10d }\n");
  HoldAgainstAllTime(scene);
  EXPECT_EQ(scene.Cart("ann"), "ann entered event\n");
  scene.WaitUntil(40 * kHour);
  EXPECT_EQ(scene.View("ann"), "");
  EXPECT_EQ(scene.SendOf(20 * kHour, "ann", "add_to_cart"),
            "ann renewed late_event\n");
}

TEST(RecentEvaluationTest, ALateEventMovesTheBeginOfAMatch) {
  PublicationScene scene(
      "  tested: { who: { did: carted, in_last: 5h }, stay: 10h }\n");
  HoldAgainstAllTime(scene);
  scene.At(30 * kHour);
  EXPECT_EQ(scene.Cart("ann"), "ann entered event\n");
  scene.WaitUntil(33 * kHour);
  EXPECT_EQ(scene.SendOf(20 * kHour, "ann", "add_to_cart"), "");
  scene.WaitUntil(34 * kHour);
  EXPECT_EQ(scene.View("ann"), "");
}

TEST(RecentEvaluationTest, WhoWasHeldBackEntersAsOfTheBeginOfTheMatch) {
  PublicationScene scene(
      "  tested: { who: { did: carted, in_last: 5h }, minimum_size: 2 }\n");
  for (int64_t hour = 1; hour <= 40; hour += 4) {
    scene.WaitUntil(hour * kHour);
    EXPECT_EQ(scene.Cart("ann"), "");
  }
  Instant entered_at;
  scene.SeeCommits([&](const Profile*, const Profile& after) {
    if (after.key != "profile:ann") return;
    entered_at = after.memberships.front().membership.entered_at;
  });
  EXPECT_EQ(scene.Cart("bob"), "ann entered size\nbob entered event\n");
  EXPECT_EQ(entered_at, Instant{1 * kHour * 1'000'000});
}

TEST(RecentEvaluationTest, ARiseThatTimeBringsIsSeenWithTheNextEvent) {
  PublicationScene scene(R"(
  tested:
    who:
      sequence: [{ did: carted }, { did_not: purchased, within: 2h }]
      in_last: 3h
    stay: 12h
)");
  HoldAgainstAllTime(scene);
  scene.At(10 * kHour);
  scene.Cart("ann");
  EXPECT_EQ(scene.WaitUntil(13 * kHour), "ann entered time\n");
  EXPECT_EQ(scene.Cart("ann"), "");
  scene.At(20 * kHour);
  EXPECT_EQ(scene.View("ann"), "ann renewed event\n");
}

TEST(RecentEvaluationTest, OtherRulesPutTheBeginElsewhere) {
  const auto audience = [](const char* span) {
    return absl::StrCat("  tested: { who: { did: carted, in_last: ", span,
                        " }, stay: 10h }\n");
  };
  PublicationScene scene(audience("5h"));
  scene.At(10 * kHour);
  scene.Cart("ann");
  scene.WaitUntil(30 * kHour);
  EXPECT_EQ(scene.Cart("ann"), "ann entered event\n");
  Interval match;
  scene.SeeCommits([&](const Profile*, const Profile& after) {
    match = after.memberships.front().membership.match;
  });
  scene.WaitUntil(33 * kHour);
  scene.Use(audience("20h"));
  EXPECT_EQ(match.begin, Instant{10 * kHour * 1'000'000});
}

TEST(RecentEvaluationTest, WhatCountsNoMoreMovesTheBeginOfAMatch) {
  constexpr int64_t kDay = 24 * kHour;
  PublicationScene scene("  tested: { who: { consented: email } }\n",
                         PublicationScene::Way::kMove, absl::Hours(10 * 24));
  HoldAgainstAllTime(scene);
  scene.At(1 * kDay);
  scene.View("ann");
  scene.WaitUntil(30 * kDay);
  EXPECT_EQ(scene.Consent("ann", true), "ann entered consent\n");
  scene.WaitUntil(31 * kDay);
  EXPECT_EQ(scene.ConsentOf(15 * kDay, "ann", true), "");
}

constexpr char kAudiences[] = R"(
  carters: { who: { did: carted, in_last: 1h }, stay: 3h }
  viewers: { who: { did: viewed, times: 2, in_last: 4h } }
  silent: { who: { all: [{ did: carted }, { did_not: viewed, in_last: 6h }] } }
  waiting:
    who:
      sequence:
        - { did: viewed }
        - { did: carted, within: 5h }
        - { did_not: purchased }
    context: [cart, last_event]
  abandoned:
    who:
      sequence: [{ did: carted }, { did_not: purchased, within: 2h }]
      anchor: any
      in_last: 10h
    context: [items]
  gone:
    who:
      sequence: [{ did: carted }, { did_not: purchased, within: 2h }]
      anchor: any
      in_last: 3h
    stay: 12h
  again: { who: { did: viewed, in_last: 2h }, rejoin_after: 5h }
  neither: { who: { all: [{ did: viewed }, { not_in_audience: carters }] } }
  lately: { who: { in_audience: carters }, stay: 2h }
  after_all:
    who: { in_audience: viewers }
    except: { did: purchased, in_last: 3h }
  passing: { who: { on_rung: { ladder: shop, rung: carted, in_last: 8h } } }
)";

TEST(RecentEvaluationTest, RandomHistoriesComeToWhatAllTimeComesTo) {
  for (uint32_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    std::mt19937 random(seed);
    const auto below = [&](int64_t end) {
      return static_cast<int64_t>(random() % static_cast<uint64_t>(end));
    };
    PublicationScene scene(kAudiences);
    HoldAgainstAllTime(scene);
    int64_t now = 100 * kHour;
    scene.At(now);
    for (int step = 0; step < 40; ++step) {
      now += below(3 * kHour);
      if (below(4) == 0) {
        scene.At(now);  // what was due comes with the next event
      } else {
        scene.WaitUntil(now);
      }
      const char* const kNames[] = {"view_item", "add_to_cart", "purchase"};
      const int64_t late = below(2) == 0 ? 0 : below(30 * kHour);
      scene.SendOf(now - late, below(3) == 0 ? "bob" : "ann", kNames[below(3)]);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace audienced
