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

TEST(Episodes, OfAChainAllEpisodesAreTold) {
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
  EXPECT_EQ(scene.continued(), "2/1 1/1");
}

// Whoever mailed one of two carts has to know of both: they are one now.
TEST(Episodes, OfSeveralThatBecomeOneAllAreToldInOrderOfTheirEntry) {
  PersonScene scene;
  scene.Send(Consenting({Device("a")}));
  scene.Send(Consenting({Device("b")}));
  scene.Send({{Device("b")}});
  scene.At(1'010);
  scene.Send({{Device("a")}});
  scene.Send({{User("u")}, "view_item"});
  scene.At(1'020);
  scene.Send({{User("u"), Device("a"), Device("b")}, "view_item"});
  EXPECT_EQ(scene.published(), "1 left merge, 2 left merge, 3 entered merge");
  EXPECT_EQ(scene.continued(), "2/1 1/1");
  // It stays so with what changes later, and not with the next episode.
  scene.At(1'030);
  scene.Send(Consenting({User("u")}, false));
  EXPECT_EQ(scene.continued(), "") << "of an exit";
  scene.At(1'040);
  scene.Send(Consenting({User("u")}));
  EXPECT_EQ(scene.published(), "3 entered consent");
  EXPECT_EQ(scene.continued(), "2/1 1/1");
}

TEST(Episodes, WhoIsInAndStaysInIsToldWhatGoesOnInIt) {
  PersonScene scene;
  scene.Send(Consenting({User("u")}));
  scene.Send(Consenting({Device("a")}));
  scene.Send({{Device("a")}});
  scene.At(1'010);
  scene.Send({{User("u")}});
  scene.At(1'020);
  scene.Send({{User("u"), Device("a")}, "view_item"});
  EXPECT_EQ(scene.published(), "2 left merge, 1 updated merge");
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
    return FormerEpisodesIn(profile, "tested", match);
  };
  ASSERT_EQ(find({{19}, {60}}).size(), 1u);
  EXPECT_EQ(find({{19}, {60}})[0]->episode,
            (ContinuedEpisode{ProfileId{1}, 3}));
  EXPECT_EQ(find({{0}, {11}}).size(), 1u)
      << "it began earlier, as it turns out";
  EXPECT_TRUE(find({{20}, {60}}).empty()) << "it had ended by then";
  EXPECT_TRUE(find({{0}, {10}}).empty());
  EXPECT_TRUE(FormerEpisodesIn(profile, "other", {{19}, {60}}).empty());
}

TEST(Episodes, WhoIsStillInWasInUntilNow) {
  Profile profile = Survivor();
  AudienceMembership here;
  here.membership.member = true;
  here.membership.episode = 1;
  here.membership.match = {{30}, Instant::Forever()};
  AddFormerEpisode(ProfileId{7}, "tested", here, {50}, profile.former_episodes);
  const auto found = FormerEpisodesIn(profile, "tested", {{49}, {60}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0]->episode.profile, ProfileId{7});
  EXPECT_TRUE(FormerEpisodesIn(profile, "tested", {{50}, {60}}).empty());
  // Who never was in has no episode.
  AddFormerEpisode(ProfileId{8}, "tested", AudienceMembership(), {50},
                   profile.former_episodes);
  EXPECT_EQ(profile.former_episodes.size(), 2u);
}

}  // namespace
}  // namespace audienced
