#include "rules/engine/membership.h"

#include <gtest/gtest.h>

namespace audienced {
namespace {

// A standing inside the interval [begin, end) of both match and membership.
Standing In(int64_t begin, int64_t end) {
  Standing standing;
  standing.holds = true;
  standing.membership = {{begin}, {end}};
  standing.match = standing.membership;
  standing.matched_at = {begin};
  standing.last_flip = {begin};
  standing.next_flip = {end};
  standing.next_change = {end};
  return standing;
}

Standing Out(int64_t since, Instant next_flip = Instant::Forever()) {
  Standing standing;
  standing.last_flip = {since};
  standing.next_flip = next_flip;
  standing.next_change = next_flip;
  return standing;
}

TEST(AdvanceTest, AnAnnouncedFlipHasTheCauseTime) {
  Membership membership;
  EXPECT_FALSE(Advance(membership, Out(0, {60}), "", {10}, Cause::kEvent));
  const auto entered = Advance(membership, In(60, 90), "", {61}, Cause::kEvent);
  ASSERT_TRUE(entered.has_value());
  EXPECT_EQ(entered->kind, ChangeKind::kEntered);
  EXPECT_EQ(entered->cause, Cause::kTime);
  EXPECT_EQ(entered->effective_at, Instant{60});
  EXPECT_EQ(membership.episode, 1);
  const auto left = Advance(membership, Out(90), "", {95}, Cause::kEvent);
  ASSERT_TRUE(left.has_value());
  EXPECT_EQ(left->kind, ChangeKind::kLeft);
  EXPECT_EQ(left->cause, Cause::kTime);
  EXPECT_EQ(left->effective_at, Instant{90});
}

TEST(AdvanceTest, AFlipThatWasNotAnnouncedHasTheReason) {
  Membership membership;
  Advance(membership, In(60, 90), "", {60}, Cause::kEvent);
  const auto left = Advance(membership, Out(70), "", {80}, Cause::kLateEvent);
  ASSERT_TRUE(left.has_value());
  EXPECT_EQ(left->cause, Cause::kLateEvent);
  EXPECT_EQ(left->effective_at, Instant{70});
}

TEST(AdvanceTest, EffectiveTimeIsNotBeforeTheLastPublishedChange) {
  Membership membership;
  Advance(membership, In(60, 90), "", {60}, Cause::kEvent);
  // Learned late: it never was a member.
  const auto left = Advance(membership, Out(20), "", {80}, Cause::kLateEvent);
  ASSERT_TRUE(left.has_value());
  EXPECT_EQ(left->effective_at, Instant{60});
}

TEST(AdvanceTest, AGateWithinOneMatchContinuesTheEpisode) {
  Membership membership;
  Standing standing = In(0, 50);
  standing.match = {{0}, {100}};
  Advance(membership, standing, "", {0}, Cause::kEvent);
  Advance(membership, Out(50), "", {50}, Cause::kEvent);
  standing = In(60, 100);
  standing.match = {{0}, {100}};
  Advance(membership, standing, "", {60}, Cause::kEvent);
  EXPECT_EQ(membership.episode, 1);
  Advance(membership, Out(100), "", {100}, Cause::kEvent);
  Advance(membership, In(200, 300), "", {200}, Cause::kEvent);
  EXPECT_EQ(membership.episode, 2);
}

TEST(AdvanceTest, TheNextMatchIsAnotherEpisodeHoweverLongThisOneWasForeseen) {
  Membership membership;
  Advance(membership, In(0, 1000), "", {0}, Cause::kEvent);
  Advance(membership, Out(50), "", {60}, Cause::kEvent);
  // It turns out that nothing was bought.
  Advance(membership, In(0, 1000), "", {70}, Cause::kLateEvent);
  EXPECT_EQ(membership.episode, 1);
  Advance(membership, Out(80), "", {80}, Cause::kEvent);
  Advance(membership, In(90, 1200), "", {90}, Cause::kEvent);
  EXPECT_EQ(membership.episode, 2);
  // It turns out that there was no match at all.
  Advance(membership, Out(10), "", {95}, Cause::kLateEvent);
  Advance(membership, In(100, 1200), "", {100}, Cause::kEvent);
  EXPECT_EQ(membership.episode, 3);
}

TEST(AdvanceTest, WhatIsTakenOutWithinAMatchMayComeBack) {
  for (const Cause reason : {Cause::kConsent, Cause::kMerge, Cause::kSize}) {
    Membership membership;
    Advance(membership, In(0, 1000), "", {0}, Cause::kEvent);
    Advance(membership, Out(50), "", {60}, reason);
    Standing again = In(70, 1000);
    again.match = {{0}, {1000}};
    Advance(membership, again, "", {70}, reason);
    EXPECT_EQ(membership.episode, 1) << Name(reason);
    // While it is out, one match ends and another begins.
    Advance(membership, Out(80), "", {80}, reason);
    Advance(membership, In(90, 1200), "", {100}, reason);
    EXPECT_EQ(membership.episode, 2) << Name(reason);
  }
}

TEST(AdvanceTest, ByOtherRulesTheSameMatchMayBeginLater) {
  Membership membership;
  Advance(membership, In(0, 1000), "", {0}, Cause::kEvent);
  Advance(membership, Out(50), "", {60}, Cause::kRules);
  Advance(membership, In(70, 1000), "", {70}, Cause::kTime);
  EXPECT_EQ(membership.episode, 1);
  // What people do then is something new.
  Advance(membership, Out(80), "", {80}, Cause::kRules);
  Advance(membership, In(90, 1000), "", {90}, Cause::kEvent);
  EXPECT_EQ(membership.episode, 2);
}

TEST(AdvanceTest, WhoIsInAnotherMatchThanWasPublishedHasComeBack) {
  Membership membership;
  EXPECT_FALSE(HasComeBack(membership, In(60, 90), {50})) << "was not in";
  Advance(membership, In(0, 40), "", {0}, Cause::kEvent);
  EXPECT_FALSE(HasComeBack(membership, In(0, 90), {20})) << "the same match";
  EXPECT_TRUE(HasComeBack(membership, In(60, 90), {20}));
  EXPECT_FALSE(HasComeBack(membership, In(60, 90), {60}))
      << "it was published beyond the begin of the other";
  EXPECT_FALSE(HasComeBack(membership, Out(40), {20}));
}

TEST(AdvanceTest, ARiseWithinAMatchIsARenewal) {
  Membership membership;
  Advance(membership, In(0, 50), "", {0}, Cause::kEvent);
  Standing again = In(0, 90);
  again.matched_at = {40};
  const auto renewed = Advance(membership, again, "", {40}, Cause::kEvent);
  ASSERT_TRUE(renewed.has_value());
  EXPECT_EQ(renewed->kind, ChangeKind::kRenewed);
  EXPECT_EQ(renewed->effective_at, Instant{40});
  EXPECT_FALSE(Advance(membership, again, "", {41}, Cause::kEvent));
}

TEST(AdvanceTest, AContextThatDiffersIsAnUpdateAScoreAloneIsNot) {
  Membership membership;
  Advance(membership, In(0, 50), R"({"items":[]})", {0}, Cause::kEvent);
  EXPECT_FALSE(Advance(membership, In(0, 50), R"({"items":[],"scores":[1]})",
                       {1}, Cause::kEvent));
  const auto updated =
      Advance(membership, In(0, 50), R"({"items":[1]})", {2}, Cause::kEvent);
  ASSERT_TRUE(updated.has_value());
  EXPECT_EQ(updated->kind, ChangeKind::kUpdated);
  EXPECT_EQ(updated->effective_at, Instant{2});
}

TEST(AdvanceTest, AMovedExpiryAloneIsNoChange) {
  Membership membership;
  Advance(membership, In(0, 50), "", {0}, Cause::kEvent);
  EXPECT_FALSE(Advance(membership, In(0, 70), "", {10}, Cause::kEvent));
}

// Of an evaluation from 50 on, for a membership that was evaluated before: a
// standing that began before 50 says 0 of it.
constexpr Instant kSince{50};

TEST(CompleteTest, AMemberStaysInWhatItWasIn) {
  Membership membership;
  Advance(membership, In(20, 90), "", {60}, Cause::kEvent);
  Standing standing = In(0, 120);
  ASSERT_TRUE(Complete(standing, membership, kSince));
  EXPECT_EQ(standing.match, (Interval{{20}, {120}}));
  EXPECT_FALSE(Advance(membership, standing, "", {70}, Cause::kEvent));
  EXPECT_EQ(membership.match, (Interval{{20}, {120}}));
  EXPECT_EQ(membership.matched_at, Instant{20});
}

TEST(CompleteTest, ARiseSinceIsARenewal) {
  Membership membership;
  Advance(membership, In(20, 90), "", {60}, Cause::kEvent);
  Standing standing = In(0, 120);
  standing.matched_at = {65};
  ASSERT_TRUE(Complete(standing, membership, kSince));
  const auto change = Advance(membership, standing, "", {70}, Cause::kEvent);
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->kind, ChangeKind::kRenewed);
}

TEST(CompleteTest, WhatBeganSinceNeedsNothing) {
  Membership membership;
  Standing standing = In(51, 120);
  ASSERT_TRUE(Complete(standing, membership, kSince));
  EXPECT_EQ(standing.match, (Interval{{51}, {120}}));
  Advance(membership, In(20, 90), "", {60}, Cause::kEvent);
  ASSERT_TRUE(Complete(standing, membership, kSince));
  EXPECT_EQ(standing.match, (Interval{{51}, {120}}));
}

TEST(CompleteTest, AnEntryBeforeIsNotTold) {
  // It may be that a gate held the profile out.
  Standing standing = In(50, 120);
  EXPECT_FALSE(Complete(standing, Membership(), kSince));
  standing = In(60, 120);
  standing.match = {{0}, {120}};
  EXPECT_FALSE(Complete(standing, Membership(), kSince));
}

TEST(CompleteTest, AnExitIsToldWhereItCameSince) {
  Membership membership;
  Standing standing = Out(50);
  EXPECT_TRUE(Complete(standing, membership, kSince));
  Advance(membership, In(20, 90), "", {60}, Cause::kEvent);
  EXPECT_FALSE(Complete(standing, membership, kSince));
  standing = Out(51);
  EXPECT_TRUE(Complete(standing, membership, kSince));
}

TEST(CompleteTest, AMatchThatWasOverByThenTellsNothing) {
  Membership membership;
  Advance(membership, In(20, 50), "", {40}, Cause::kEvent);
  Standing standing = In(0, 120);
  EXPECT_FALSE(Complete(standing, membership, kSince));
}

TEST(CompleteTest, OfAllTimeEverythingIsTold) {
  Membership membership;
  Advance(membership, In(20, 90), "", {60}, Cause::kEvent);
  Standing standing = Out(10);
  EXPECT_TRUE(Complete(standing, membership, Instant::Never()));
}

}  // namespace
}  // namespace audienced
