// Who is who: what events and commands make of profiles, without a database.

#include <gtest/gtest.h>

#include "tests/unit/pipeline/person_scene.h"

namespace audienced {
namespace {

using Sent = PersonScene::Sent;

TEST(Persons, AnEventThatNamesTwoMakesThemOne) {
  PersonScene scene;
  scene.Send(Consenting({Device("a")}));
  scene.Send({{Device("a")}});
  EXPECT_EQ(scene.published(), "1 entered event");
  scene.Send({{User("u")}, "view_item"});
  scene.Send({{User("u"), Device("a")}, "view_item"});
  EXPECT_EQ(scene.Who("anonymous_id", "a"), 2) << "a user_id survives";
  EXPECT_EQ(scene.Who("user_id", "u"), 2);
  EXPECT_EQ(scene.published(), "1 left merge, 2 entered merge");
  EXPECT_EQ(scene.Find(1)->id, ProfileId{2}) << "its name still resolves";
  ASSERT_EQ(scene.rows().changes.size(), 2u);
  const auto& continued = scene.rows().changes.back().continues;
  EXPECT_EQ(continued, std::vector<ContinuedEpisode>({{ProfileId{1}, 1}}));
  EXPECT_EQ(scene.Find(2)->history->size(), 4u);
  // The next one that names the device alone is kept under its number.
  scene.Send({{Device("a")}, "purchase"});
  EXPECT_EQ(scene.stored_under(), "1");
  EXPECT_EQ(scene.published(), "2 left event");
}

TEST(Persons, AConsentThatOnlySaysAgainWhatHoldsIsNoCause) {
  PersonScene scene;
  const auto cart = [&](const char* device, bool granted) {
    scene.Send({{Device(device)}, "add_to_cart", "", -1, {{"email", granted}}});
  };
  cart("a", true);
  EXPECT_EQ(scene.published(), "1 entered consent");
  scene.Send(Consenting({Device("c")}));
  cart("c", true);
  EXPECT_EQ(scene.published(), "2 entered event");
  cart("c", false);
  EXPECT_EQ(scene.published(), "2 left consent");
  // It may hold only when the commit is evaluated.
  scene.Send(Consenting({Device("d")}));
  cart("d", true);
  EXPECT_EQ(scene.published(), "3 entered event");
  scene.Begin();
  scene.Take({{{Device("d")}, "$identify", "", 1'001, {{"email", false}}}});
  scene.At(1'002);
  scene.End();
  EXPECT_EQ(scene.published(), "3 left consent");
  // An older word on it changes nothing of today.
  scene.Send({{Device("b")}, "add_to_cart", "", 500});
  scene.Send(Consenting({Device("b")}));
  scene.Send({{Device("b")}, "purchase", "", -1, {{"email", true}}});
  EXPECT_EQ(scene.published(), "4 left event");
  scene.Send({{Device("b")}, "add_to_cart", "", 900, {{"email", false}}});
  EXPECT_EQ(scene.published(), "");
}

TEST(Persons, WhoBecomesOneWithAnotherIsAskedOfAllTime) {
  PersonScene scene;
  scene.Send({{Device("a")}, "add_to_cart", "", 500});
  scene.Send(Consenting({User("u")}));
  scene.Send({{User("u")}, "add_to_cart", "", 900});
  EXPECT_EQ(scene.published(), "2 entered late_event");
  const auto match_begin = [&] {
    return scene.Find(2)->memberships.front().membership.match.begin;
  };
  EXPECT_EQ(match_begin(), Instant{900'000'000});
  scene.At(5'000);
  scene.Send({{User("u"), Device("a")}, "view_item"});
  EXPECT_EQ(match_begin(), Instant{500'000'000});
}

TEST(Persons, WithoutUserTheOlderFirstEventSurvivesThenTheSmallerKey) {
  PersonScene scene;
  scene.Send({{Device("b")}, "view_item", "", 900});
  scene.Send({{Email("x")}, "view_item", "", 800});
  scene.Send({{Device("b"), Email("x")}});
  EXPECT_EQ(scene.Who("anonymous_id", "b"), 2);
  scene.Send({{Device("d")}, "view_item", "", 700});
  scene.Send({{Device("c")}, "view_item", "", 700});
  scene.Send({{Device("d"), Email("y")}});
  scene.Send({{Device("c"), Email("y")}});
  EXPECT_EQ(scene.Who("anonymous_id", "d"), 4) << "of c, the smaller key";
}

TEST(Persons, AChainInOneBatchIsOnePerson) {
  PersonScene scene;
  scene.Send({{Device("a")}});
  scene.Send({{User("u")}});
  const auto outcomes =
      scene.Send(std::vector<Sent>{{{Device("a"), Email("new")}},
                                   {{Device("b"), Email("new")}},
                                   {{Email("new"), User("u")}},
                                   {{Device("b")}}});
  for (const EventOutcome& outcome : outcomes) {
    EXPECT_EQ(outcome.kind, EventOutcome::Kind::kStored);
    EXPECT_TRUE(outcome.dropped.empty());
  }
  for (const char* device : {"a", "b"}) {
    EXPECT_EQ(scene.Who("anonymous_id", device), 2);
  }
  EXPECT_EQ(scene.Who("email", "new"), 2);
  EXPECT_EQ(scene.Find(2)->history->size(), 6u);
  EXPECT_EQ(scene.Find(2)->identifiers.size(), 4u);
}

TEST(Persons, ANewProfileCanBeAbsorbedInItsOwnBatch) {
  PersonScene scene;
  scene.Send({{User("u")}});
  scene.Send(
      std::vector<Sent>{{{Device("fresh")}}, {{User("u"), Device("fresh")}}});
  EXPECT_EQ(scene.Who("anonymous_id", "fresh"), 1);
  EXPECT_EQ(scene.stored_under(), "2 1");
  scene.Send({{User("later")}});
  EXPECT_EQ(scene.Who("user_id", "later"), 3) << "numbers are not reused";
}

TEST(Persons, TwoUsersStayTwo) {
  PersonScene scene;
  scene.Send({{User("u1"), Device("shared")}});
  const EventOutcome outcome = scene.Send({{User("u2"), Device("shared")}});
  EXPECT_EQ(outcome.kind, EventOutcome::Kind::kStored);
  EXPECT_TRUE(outcome.dropped.empty());
  EXPECT_EQ(scene.Who("user_id", "u1"), 1);
  EXPECT_EQ(scene.Who("user_id", "u2"), 2);
  EXPECT_EQ(scene.Who("anonymous_id", "shared"), 1) << "stays where it is";
  scene.Send({{User("u2"), User("u1"), Device("shared")}});
  EXPECT_EQ(scene.stored_under(), "1") << "user_id u1 is heavier than u2";
  // An explicit merge may.
  scene.Merge(ProfileId{1}, ProfileId{2});
  EXPECT_EQ(scene.Who("user_id", "u1"), 2);
}

TEST(Persons, ALimitKeepsIdentifiersAndProfilesApart) {
  PersonScene scene;
  scene.policy().limits = IdentifierLimits({{"email", 2}}, 2);
  scene.Send({{User("u"), Email("1")}});
  scene.Send({{User("u"), Email("2")}});
  const EventOutcome third = scene.Send({{User("u"), Email("3")}});
  EXPECT_EQ(third.kind, EventOutcome::Kind::kStored);
  ASSERT_EQ(third.dropped.size(), 1u);
  EXPECT_EQ(third.dropped[0].kind, "email");
  EXPECT_STREQ(third.dropped[0].reason, "IDENTIFIER_LIMIT");
  EXPECT_EQ(scene.Who("email", "3"), 0);
  EXPECT_EQ(scene.stored_under(), "1");

  scene.Send({{Email("4"), Device("d")}});
  const EventOutcome both = scene.Send({{User("u"), Device("d")}});
  EXPECT_EQ(scene.Who("anonymous_id", "d"), 2) << "would make 3 e-mails";
  ASSERT_EQ(both.dropped.size(), 1u);
  EXPECT_EQ(both.dropped[0].kind, "anonymous_id");
  EXPECT_EQ(scene.stored_under(), "1");

  // The heaviest identifier is new, and the profile that is known is full.
  scene.Send({{Email("5"), Device("d")}});
  scene.Send({{Email("6"), Device("d")}});
  EXPECT_EQ(scene.Who("email", "5"), 2);
  EXPECT_EQ(scene.Who("email", "6"), 3) << "a profile of its own";
  EXPECT_EQ(scene.stored_under(), "3");
}

TEST(Persons, WhoWasTakenApartIsNotJoinedByEvents) {
  PersonScene scene;
  scene.Send({{Device("a")}});
  scene.Send({{User("u")}});
  scene.separations().Add({ProfileId{1}, ProfileId{2}});
  scene.Send({{User("u"), Device("a")}});
  EXPECT_EQ(scene.Who("anonymous_id", "a"), 1);
  EXPECT_EQ(scene.stored_under(), "2");
  scene.Merge(ProfileId{1}, ProfileId{2});
  EXPECT_EQ(scene.Who("anonymous_id", "a"), 2);
  EXPECT_EQ(scene.rows().rejoined.size(), 1u);
  EXPECT_TRUE(scene.separations().empty());
}

TEST(Persons, ACopyThatOneOfThemHasIsADuplicateAndJoinsNobody) {
  PersonScene scene;
  scene.Send({{Device("a")}, "view_item", "same"});
  scene.Send({{User("u")}});
  const EventOutcome copy =
      scene.Send({{User("u"), Device("a")}, "view_item", "same"});
  EXPECT_EQ(copy.kind, EventOutcome::Kind::kDuplicate);
  EXPECT_EQ(scene.Who("anonymous_id", "a"), 1);
}

TEST(Persons, OfAnEventOfBothTheCopyReceivedFirstCounts) {
  for (const bool user_first : {true, false}) {
    PersonScene scene;
    scene.Send(Consenting({User("u")}));
    scene.At(1'001);
    Sent cart = {{user_first ? User("u") : Device("a")}, "add_to_cart", "x"};
    Sent view = {{user_first ? Device("a") : User("u")}, "view_item", "x"};
    scene.Send(cart);
    scene.At(1'002);
    scene.Send(view);
    scene.At(1'003);
    scene.Send({{User("u"), Device("a")}, "$identify"});
    EXPECT_EQ(scene.Find(1)->history->size(), 3u);
    ASSERT_EQ(scene.Find(1)->memberships.size(), 1u);
    EXPECT_TRUE(scene.Find(1)->memberships[0].membership.member)
        << "the cart came first";
  }
}

TEST(Persons, BlockedValuesNameNobody) {
  PersonScene scene;
  const EventOutcome kept =
      scene.Send({{User("u"), Device("null"), Email("0")}});
  EXPECT_EQ(kept.kind, EventOutcome::Kind::kStored);
  ASSERT_EQ(kept.dropped.size(), 2u);
  EXPECT_STREQ(kept.dropped[0].reason, "BLOCKED_IDENTIFIER");
  EXPECT_EQ(scene.Who("anonymous_id", "null"), 0);
  const EventOutcome refused = scene.Send({{Device("NULL")}});
  EXPECT_EQ(refused.kind, EventOutcome::Kind::kRefused);
  EXPECT_EQ(refused.reason, "BLOCKED_IDENTIFIER");
}

TEST(Persons, AMemberThatGainsAnIdentifierIsUpdatedWithBoth) {
  PersonScene scene;
  scene.Send(Consenting({User("u")}));
  scene.Send({{User("u")}});
  scene.Send({{User("u"), Email("x")}, "view_item"});
  EXPECT_EQ(scene.published(), "1 updated event");
  const ChangeRecord& change = scene.rows().changes.front();
  EXPECT_EQ(change.previous_identifiers, std::vector<Identifier>({User("u")}));
  EXPECT_EQ(change.identifiers.size(), 2u);
}

TEST(Persons, AnErasedPersonLeavesAndIsRefusedUntilThen) {
  PersonScene scene;
  scene.Send(Consenting({User("u"), Email("x")}));
  scene.Send({{User("u")}});
  scene.Send({{Device("a")}});
  scene.Send({{Device("a"), User("u")}});
  scene.At(1'100);
  scene.Erase(ProfileId{1});
  EXPECT_EQ(scene.published(), "1 left erasure");
  const ChangeRecord& exit = scene.rows().changes.front();
  EXPECT_EQ(exit.identifiers.size(), 3u);
  EXPECT_EQ(exit.context, "");
  EXPECT_TRUE(scene.rows().stays.empty());
  ASSERT_EQ(scene.rows().erasures.size(), 1u);
  const ErasureRecord& erasure = scene.rows().erasures.front();
  EXPECT_EQ(erasure.absorbed, std::vector<ProfileId>({ProfileId{2}}));
  EXPECT_EQ(erasure.identifier_hashes.size(), 3u);
  EXPECT_EQ(erasure.exits_kept_until,
            absl::FromUnixSeconds(1'100) + absl::Hours(30 * 24));
  EXPECT_EQ(scene.Find(1), nullptr);
  EXPECT_EQ(scene.Find(2), nullptr);
  EXPECT_EQ(scene.Who("email", "x"), 0);

  scene.At(1'200);
  for (const Identifier& identifier : {User("u"), Email("x"), Device("a")}) {
    const EventOutcome late =
        scene.Send({{identifier}, "view_item", "", 1'100});
    EXPECT_EQ(late.kind, EventOutcome::Kind::kRefused);
    EXPECT_EQ(late.reason, "PROFILE_ERASED");
  }
  EXPECT_EQ(scene.Send({{User("u")}, "view_item", "", 1'101}).kind,
            EventOutcome::Kind::kStored);
  EXPECT_EQ(scene.Who("user_id", "u"), 3) << "a new profile";
  EXPECT_EQ(scene.Send({{User("u")}, "view_item", "", 1'099}).kind,
            EventOutcome::Kind::kRefused);
}

TEST(Persons, WhoIsInNoAudienceLeavesNoExitToForget) {
  PersonScene scene;
  scene.Send({{User("u")}});
  scene.Erase(ProfileId{1});
  EXPECT_EQ(scene.published(), "");
  EXPECT_EQ(scene.rows().erasures.front().exits_kept_until, std::nullopt);
}

TEST(Persons, ChangesByConsentHaveTheLowestSequences) {
  PersonScene scene;
  // Both in one stream: the same key twice does not work, so look for a pair.
  std::vector<std::string> users;
  for (int i = 0; users.size() < 2; ++i) {
    const std::string user = std::to_string(1'000 + i);
    if (StreamOf("user_id:" + user) == 7) users.push_back(user);
  }
  for (const std::string& user : users) scene.Send(Consenting({User(user)}));
  scene.Send({{User(users[1])}});
  // The first enters by an event, the second withdraws, in this order.
  scene.Send(std::vector<Sent>{{{User(users[0])}},
                               Consenting({User(users[1])}, false)});
  EXPECT_EQ(scene.published(), "2 left consent, 1 entered event");
  const auto& changes = scene.rows().changes;
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].sequence + 1, changes[1].sequence);
  for (const StayRecord& stay : scene.rows().stays) {
    const int64_t number = static_cast<int64_t>(stay.profile);
    const int64_t sequence =
        number == 1 ? stay.entered_sequence : *stay.left_sequence;
    EXPECT_EQ(sequence,
              number == 1 ? changes[1].sequence : changes[0].sequence);
  }
  EXPECT_EQ(scene.Find(1)->memberships[0].entered_sequence,
            changes[1].sequence);
}

TEST(Persons, AProfileWithTooManyEventsIsFlaggedOnce) {
  PersonScene scene;
  scene.policy().large_profile_events = 3;
  for (int i = 0; i < 3; ++i) {
    scene.Send({{User("u")}, "view_item"});
    EXPECT_EQ(scene.rows().events.size(), 1u);
  }
  scene.Send({{User("u")}, "view_item", "", 950});
  ASSERT_EQ(scene.rows().events.size(), 2u);
  const Event& flag = scene.rows().events.back().event;
  EXPECT_EQ(flag.name, "$flagged");
  EXPECT_EQ(flag.origin, "audienced");
  EXPECT_EQ(flag.occurred_at, absl::FromUnixSeconds(950));
  scene.Send({{User("u")}, "view_item"});
  EXPECT_EQ(scene.rows().events.size(), 1u);
}

}  // namespace
}  // namespace audienced
