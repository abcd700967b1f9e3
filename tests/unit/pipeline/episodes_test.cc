// Episodes that go on under another name.

#include <gtest/gtest.h>

#include "tests/unit/pipeline/person_scene.h"

namespace audienced {
namespace {

// Consent took it out, and gives it back in the event that makes two one.
TEST(Episodes, AnEpisodeThatConsentHadEndedGoesOnWhereTheyBecomeOne) {
  PersonScene scene;
  scene.Send(Consenting({Device("a")}));
  scene.Send({{Device("a")}});
  scene.Send({{User("u")}, "view_item"});
  scene.At(1'010);
  scene.Send(Consenting({Device("a")}, false));
  EXPECT_EQ(scene.published(), "1 left consent");
  scene.At(1'020);
  scene.Send(Consenting({User("u"), Device("a")}));
  EXPECT_EQ(scene.published(), "2 entered consent");
  EXPECT_EQ(scene.continued(), "1/1");
}

TEST(Episodes, AnEpisodeGoesOnWhereConsentComesAfterTheyBecameOne) {
  PersonScene scene;
  scene.Send(Consenting({Device("a")}));
  scene.Send({{Device("a")}});
  scene.At(1'010);
  scene.Send(Consenting({Device("a")}, false));
  scene.At(1'020);
  scene.Send({{User("u"), Device("b")}, "view_item"});
  scene.Merge(ProfileId{1}, ProfileId{2});
  EXPECT_EQ(scene.published(), "");
  scene.At(1'030);
  scene.Send(Consenting({User("u")}));
  EXPECT_EQ(scene.published(), "2 entered consent");
  EXPECT_EQ(scene.continued(), "1/1");
}

TEST(Episodes, OfAChainTheEpisodeThatWasEnteredFirstIsTold) {
  PersonScene scene;
  scene.Send({{Email("m")}, "view_item", "", 900});
  scene.Send(Consenting({Device("a")}));
  scene.Send({{Device("a")}});
  scene.Send({{User("u")}, "view_item"});
  scene.At(1'010);
  scene.Send({{Email("m"), Device("a")}, "view_item"});
  EXPECT_EQ(scene.published(), "2 left merge, 1 entered merge");
  EXPECT_EQ(scene.continued(), "2/1");
  scene.At(1'020);
  scene.Send({{User("u"), Email("m")}, "view_item"});
  EXPECT_EQ(scene.published(), "1 left merge, 3 entered merge");
  EXPECT_EQ(scene.continued(), "2/1");
}

TEST(Episodes, WhatGoesOnStaysExisting) {
  PersonScene scene;
  scene.Send(Consenting({Device("a")}));
  scene.Send({{Device("a")}, "add_to_cart", "", 900, {}, /*backfill=*/true});
  EXPECT_TRUE(scene.last_change().existing);
  scene.At(1'010);
  scene.Send(Consenting({Device("a")}, false));
  scene.At(1'020);
  scene.Send(Consenting({Device("a")}));
  EXPECT_EQ(scene.published(), "1 entered consent");
  EXPECT_TRUE(scene.last_change().existing) << "the same episode";
  scene.Send({{User("u")}, "view_item"});
  scene.At(1'030);
  scene.Send({{User("u"), Device("a")}, "view_item"});
  EXPECT_EQ(scene.published(), "1 left merge, 2 entered merge");
  EXPECT_TRUE(scene.last_change().existing);
}

// Of a profile that was in from 10 to 20, and was foreseen to be until 90.
Profile Survivor() {
  AudienceMembership last;
  last.membership.episode = 3;
  last.membership.match = {{10}, {90}};
  last.membership.entered_at = {12};
  last.membership.effective_at = {20};
  Profile profile;
  profile.id = ProfileId{2};
  AddFormerEpisode(ProfileId{1}, "tested", last, {50}, profile.former_episodes);
  return profile;
}

TEST(Episodes, AnotherMatchThanTheFormerOneGoesOnWithNothing) {
  const Profile profile = Survivor();
  const auto find = [&](Interval match) {
    return FindFormerEpisode(profile, "tested", match);
  };
  ASSERT_NE(find({{19}, {60}}), nullptr);
  EXPECT_EQ(find({{19}, {60}})->episode.profile, ProfileId{1});
  EXPECT_EQ(find({{19}, {60}})->episode.episode, 3);
  EXPECT_NE(find({{0}, {11}}), nullptr) << "it began earlier, as it turns out";
  EXPECT_EQ(find({{20}, {60}}), nullptr) << "it had ended by then";
  EXPECT_EQ(find({{0}, {10}}), nullptr);
  EXPECT_EQ(FindFormerEpisode(profile, "other", {{19}, {60}}), nullptr);
}

TEST(Episodes, WhoIsStillInWasInUntilNow) {
  Profile profile = Survivor();
  AudienceMembership here;
  here.membership.member = true;
  here.membership.episode = 1;
  here.membership.match = {{30}, Instant::Forever()};
  AddFormerEpisode(ProfileId{7}, "tested", here, {50}, profile.former_episodes);
  const FormerEpisode* found =
      FindFormerEpisode(profile, "tested", {{49}, {60}});
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->episode.profile, ProfileId{7});
  EXPECT_EQ(FindFormerEpisode(profile, "tested", {{50}, {60}}), nullptr);
  // Who never was in has no episode.
  AddFormerEpisode(ProfileId{8}, "tested", AudienceMembership(), {50},
                   profile.former_episodes);
  EXPECT_EQ(profile.former_episodes.size(), 2u);
}

}  // namespace
}  // namespace audienced
