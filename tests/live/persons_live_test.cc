// Persons over gRPC, on a stepped clock and through crashes: joined, taken
// apart, told, and forgotten everywhere.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/live/person_client.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

constexpr char kCart[] = "cart-abandoners";

class PersonsLiveTest : public StoreTest {
 protected:
  PersonsLiveTest()
      : clock_file_(folder_.path() + "/clock"),
        daemon_(folder_.path() + "/data",
                {"AUDIENCED_TEST_CLOCK=" + clock_file_,
                 "AUDIENCED_DATABASE=" + url(),
                 "AUDIENCED_CHANGE_LOG_RETENTION=36500d"}) {
    SetClock(start_);
  }

  void SetClock(absl::Time now) {
    const std::string part = clock_file_ + ".part";
    std::ofstream(part) << absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", now,
                                            absl::UTCTimeZone());
    std::rename(part.c_str(), clock_file_.c_str());
  }

  // Ends the test where that fails.
  void Start() {
    if (!daemon_.Start()) throw std::runtime_error(daemon_.Log());
    client_ = std::make_unique<Client>(daemon_.channel());
    persons_ = std::make_unique<PersonClient>(daemon_.channel());
  }

  void Restart() {
    daemon_.Kill();
    Start();
  }

  void Ingest(const std::vector<v1::Event>& events) {
    v1::IngestEventsResponse response;
    ASSERT_TRUE(client_->Ingest(events, response).ok());
    ASSERT_EQ(response.refused_count(), 0) << response.DebugString();
  }

  v1::ErrorReason RefusalOf(const v1::Event& event) {
    v1::IngestEventsResponse response;
    EXPECT_TRUE(client_->Ingest({event}, response).ok());
    return response.results(0).reason();
  }

  // Until so many are in audiences, as the time that has come makes it.
  void WaitForMembers(size_t count) {
    for (int i = 0; i < 1000 && client_->ListAll().members.size() != count;
         ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_EQ(client_->ListAll().members.size(), count);
  }

  // The tables that have `text` anywhere in a row.
  std::string TablesThatTell(const std::string& text) {
    std::string found;
    for (const auto& table : absl::StrSplit(
             Ask("SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM "
                 "information_schema.tables WHERE table_schema = 'audienced'"),
             ' ')) {
      const std::string rows = Ask(
          absl::StrCat("SELECT count(*) FROM audienced.", std::string(table),
                       " AS each WHERE each::text LIKE '%", text, "%'"));
      if (rows != "0") absl::StrAppend(&found, std::string(table), " ");
    }
    return found;
  }

  // A device with an abandoned cart and a user who looks around; an hour later
  // an event names both.
  void JoinDeviceAndUser() {
    Start();
    Ingest({MakeConsent("1", "u-7", start_),
            Of("a-81", MakeConsent("2", "", start_)),
            Of("a-81", MakeEvent("3", "add_to_cart", "", start_, "boot"))});
    SetClock(start_ + absl::Hours(1));
    device_ = persons_->NameOf(By("anonymous_id", "a-81"));
    user_ = persons_->NameOf(By("user_id", "u-7"));
    WaitForMembers(1);
    cursor_ = client_->ListAll().cursor;
    const absl::Time later = start_ + absl::Hours(2);
    SetClock(later);
    Ingest({With(MakeEvent("4", "view_item", "u-7", later, "sock"),
                 "anonymous_id", "a-81"),
            Of("a-81", MakeEvent("5", "view_item", "", later, "hat"))});
  }

  // Ann, by user id, e-mail and phone, and Bob abandon their carts.
  void AbandonCarts() {
    Start();
    v1::Event cart = MakeEvent("3", "add_to_cart", "u-7741", start_, "boot");
    v1::Property& comment = *cart.add_properties();
    comment.set_name("comment");
    comment.set_text("call me Annabel");
    Ingest(
        {With(MakeConsent("1", "u-7741", start_), "email", "ann@example.com"),
         Of("phone-of-ann", MakeEvent("2", "view_item", "", start_, "hat")),
         With(cart, "anonymous_id", "phone-of-ann"),
         MakeConsent("4", "bob", start_),
         MakeEvent("5", "add_to_cart", "bob", start_, "boot")});
    cursor_ = client_->ListAll().cursor;
    SetClock(erased_at_);
    WaitForMembers(2);
    ann_ = persons_->NameOf(By("user_id", "u-7741"));
    bob_ = persons_->NameOf(By("user_id", "bob"));
  }

  const absl::Time start_ = absl::FromUnixSeconds(1'772'000'000);
  const absl::Time erased_at_ = start_ + absl::Hours(1);
  const TestFolder folder_;
  const std::string clock_file_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<PersonClient> persons_;
  std::string cursor_;
  std::string device_, user_, ann_, bob_;
};

TEST_F(PersonsLiveTest, AnEventThatNamesTwoJoinsThem) {
  JoinDeviceAndUser();
  Restart();
  EXPECT_EQ(persons_->NameOf(By("anonymous_id", "a-81")), user_);
  EXPECT_EQ(persons_->NameOf(Named(device_)), user_);
  std::vector<v1::MembershipChange> changes = persons_->ChangesAfter(cursor_);
  ASSERT_EQ(changes.size(), 2u);
  if (changes[0].kind() != v1::CHANGE_KIND_LEFT) {
    std::swap(changes[0], changes[1]);
  }
  EXPECT_EQ(changes[0].profile(), device_);
  EXPECT_EQ(changes[0].kind(), v1::CHANGE_KIND_LEFT);
  EXPECT_EQ(changes[0].cause(), v1::CAUSE_MERGE);
  EXPECT_EQ(changes[1].profile(), user_);
  EXPECT_EQ(changes[1].kind(), v1::CHANGE_KIND_ENTERED);
  EXPECT_EQ(changes[1].cause(), v1::CAUSE_MERGE);
  ASSERT_EQ(changes[1].continues_size(), 1);
  EXPECT_EQ(changes[1].continues(0).profile(), device_);
  EXPECT_EQ(changes[1].continues(0).episode(), 1);

  // Each event is kept with the identifier that it named.
  const v1::GetProfileResponse whole = persons_->Get(By("user_id", "u-7"));
  EXPECT_EQ(whole.profile().absorbed_profiles_size(), 1);
  ASSERT_EQ(whole.events_size(), 5);
  for (const v1::StoredEvent& stored : whole.events()) {
    const std::string& id = stored.event().event_id();
    EXPECT_EQ(stored.profile(), id == "1" || id == "4" ? user_ : device_) << id;
  }
  EXPECT_EQ(whole.profile().stays_size(), 2);
}

TEST_F(PersonsLiveTest, WhoWasTakenApartStaysApartForEvents) {
  JoinDeviceAndUser();
  v1::UnmergeProfilesResponse unmerged;
  EXPECT_EQ(ReasonOf(persons_->Unmerge(By("user_id", "u-7"), unmerged)),
            "NOT_MERGED");
  cursor_ = client_->ListAll().cursor;
  ASSERT_TRUE(persons_->Unmerge(By("anonymous_id", "a-81"), unmerged).ok());
  EXPECT_EQ(unmerged.profile(), device_);
  EXPECT_EQ(unmerged.remaining_profile(), user_);
  const std::vector<v1::MembershipChange> changes =
      persons_->ChangesAfter(cursor_);
  ASSERT_EQ(changes.size(), 2u);
  for (const v1::MembershipChange& change : changes) {
    EXPECT_EQ(change.cause(), v1::CAUSE_MERGE);
    EXPECT_EQ(change.kind(), change.profile() == device_
                                 ? v1::CHANGE_KIND_ENTERED
                                 : v1::CHANGE_KIND_LEFT);
    EXPECT_EQ(change.episode(), 1) << "the same cart, and not mailed again";
    // Whom to remove: the device too, where it was told as of this profile.
    EXPECT_EQ(change.previous_identifiers_size(),
              change.kind() == v1::CHANGE_KIND_LEFT ? 2 : 0);
  }
  const Client::Members members = client_->ListAll().members;
  EXPECT_EQ(members, (Client::Members{{kCart, device_}}));

  Restart();
  EXPECT_EQ(client_->ListAll().members, members);
  Ingest({With(MakeEvent("6", "view_item", "u-7", start_, "sock"),
               "anonymous_id", "a-81")});
  EXPECT_EQ(persons_->NameOf(By("anonymous_id", "a-81")), device_);
  EXPECT_EQ(persons_->Get(By("user_id", "u-7")).events_size(), 3);
  EXPECT_EQ(persons_->Get(Named(device_)).events_size(), 3);
  persons_->Merge(Named(device_), Named(user_));
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.separation"), "0");
  EXPECT_EQ(persons_->Get(By("anonymous_id", "a-81")).events_size(), 6);
}

// Who is in and stays in is told what goes on in it, as long as they are one.
TEST_F(PersonsLiveTest, WhatGoesOnInWhoStaysInIsToldUntilTheyAreTakenApart) {
  Start();
  Ingest({MakeConsent("1", "u-7", start_),
          Of("a-81", MakeConsent("2", "", start_)),
          MakeEvent("3", "add_to_cart", "u-7", start_, "boot"),
          Of("a-81", MakeEvent("4", "add_to_cart", "", start_, "boot"))});
  SetClock(start_ + absl::Hours(1));
  WaitForMembers(2);
  device_ = persons_->NameOf(By("anonymous_id", "a-81"));
  user_ = persons_->NameOf(By("user_id", "u-7"));
  EXPECT_EQ(persons_->Continued(kCart),
            (KeysByProfile{{device_, ""}, {user_, ""}}));
  const std::string device_key = absl::StrCat(kCart, "/", device_, "/1 ");
  persons_->Merge(Named(device_), Named(user_));
  EXPECT_EQ(persons_->Continued(kCart), (KeysByProfile{{user_, device_key}}));
  Restart();
  EXPECT_EQ(persons_->Continued(kCart), (KeysByProfile{{user_, device_key}}));
  v1::UnmergeProfilesResponse unmerged;
  ASSERT_TRUE(persons_->Unmerge(By("anonymous_id", "a-81"), unmerged).ok());
  const KeysByProfile apart = {
      {device_, absl::StrCat(kCart, "/", user_, "/1 ")}, {user_, ""}};
  EXPECT_EQ(persons_->Continued(kCart), apart);
  Restart();
  EXPECT_EQ(persons_->Continued(kCart), apart);
}

TEST_F(PersonsLiveTest, ACartAbandonedTogetherGoesOnWhereTheyAreTakenApart) {
  Start();
  Ingest({MakeConsent("1", "u-7", start_),
          Of("a-81", MakeConsent("2", "", start_)),
          Of("a-81", MakeEvent("3", "add_to_cart", "", start_, "boot"))});
  device_ = persons_->NameOf(By("anonymous_id", "a-81"));
  Ingest({With(MakeConsent("4", "u-7", start_), "anonymous_id", "a-81")});
  SetClock(start_ + absl::Hours(1));
  WaitForMembers(1);
  cursor_ = client_->ListAll().cursor;
  user_ = persons_->NameOf(By("user_id", "u-7"));
  v1::UnmergeProfilesResponse unmerged;
  ASSERT_TRUE(persons_->Unmerge(By("anonymous_id", "a-81"), unmerged).ok());
  int entered = 0;
  for (const v1::MembershipChange& change : persons_->ChangesAfter(cursor_)) {
    if (change.kind() != v1::CHANGE_KIND_ENTERED) continue;
    ++entered;
    EXPECT_EQ(change.profile(), device_);
    ASSERT_EQ(change.continues_size(), 1);
    EXPECT_EQ(change.continues(0).idempotency_key(),
              absl::StrCat(kCart, "/", user_, "/1"));
  }
  EXPECT_EQ(entered, 1);
  const KeysByProfile keys = {
      {device_, absl::StrCat(kCart, "/", user_, "/1 ")}};
  EXPECT_EQ(persons_->Continued(kCart), keys);
  Restart();
  EXPECT_EQ(persons_->Continued(kCart), keys);
}

TEST_F(PersonsLiveTest, AnExportHasEverythingOfOneAndNothingOfOthers) {
  AbandonCarts();
  const std::string held = persons_->Export(By("email", "ann@example.com"));
  for (const char* part :
       {"\"record\" : \"profile\"", "\"record\":\"identifier\"",
        "\"record\" : \"consent\"", "\"record\" : \"membership\"",
        "\"record\" : \"change\"", "\"record\" : \"event\"", "phone-of-ann",
        "call me Annabel", "2026-02-25T"}) {
    EXPECT_TRUE(absl::StrContains(held, part)) << part << "\n" << held;
  }
  EXPECT_FALSE(absl::StrContains(held, bob_)) << held;
  EXPECT_EQ(persons_->Get(Named(ann_)).profile().identifiers_size(), 3);
}

TEST_F(PersonsLiveTest, NothingOfTheErasedIsLeftAndTheExitsAreTold) {
  AbandonCarts();
  ASSERT_EQ(persons_->Erase(By("email", "ann@example.com")).profile(), ann_);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(TablesThatTell("Annabel"), "");
    EXPECT_EQ(TablesThatTell("ann@example.com"), "change ");
    EXPECT_EQ(TablesThatTell("phone-of-ann"), "change ");
    EXPECT_EQ(client_->ListAll().members, (Client::Members{{kCart, bob_}}));
    // Who resumes from before sees the stay, and whom to remove, and no more.
    const std::vector<v1::MembershipChange> changes =
        persons_->ChangesAfter(cursor_);
    ASSERT_EQ(changes.size(), 3u);
    for (const v1::MembershipChange& change : changes) {
      if (change.profile() != ann_) continue;
      const bool is_exit = change.kind() == v1::CHANGE_KIND_LEFT;
      EXPECT_EQ(change.identifiers_size(), is_exit ? 3 : 0);
      EXPECT_FALSE(change.has_context());
      EXPECT_EQ(change.cause(), is_exit ? v1::CAUSE_ERASURE : v1::CAUSE_TIME);
    }
    if (round == 0) Restart();
  }
}

TEST_F(PersonsLiveTest, TheErasedIsKnownByNameAndEarlierEventsAreRefused) {
  AbandonCarts();
  const auto erase_time =
      persons_->Erase(By("user_id", "u-7741")).erase_time().seconds();
  Restart();
  EXPECT_EQ(persons_->RefusalOf(By("email", "ann@example.com")),
            "PROFILE_ERASED");
  EXPECT_EQ(persons_->RefusalOf(Named(ann_)), "PROFILE_ERASED");
  EXPECT_EQ(persons_->RefusalOf(By("email", "no@example.com")),
            "PROFILE_NOT_FOUND");
  for (const auto& name : {By("anonymous_id", "phone-of-ann"), Named(ann_)}) {
    EXPECT_EQ(persons_->Erase(name).erase_time().seconds(), erase_time)
        << "the same call again tells the same";
  }
  EXPECT_EQ(RefusalOf(MakeEvent("6", "view_item", "u-7741", erased_at_, "x")),
            v1::ERROR_REASON_PROFILE_ERASED);
  const absl::Time later = erased_at_ + absl::Microseconds(1);
  SetClock(later);
  Ingest({MakeEvent("7", "view_item", "u-7741", later, "x")});
  EXPECT_NE(persons_->NameOf(By("user_id", "u-7741")), ann_);
  EXPECT_EQ(persons_->Get(By("user_id", "u-7741")).events_size(), 1);
  EXPECT_EQ(persons_->RefusalOf(Named(ann_)), "PROFILE_ERASED");
}

TEST_F(PersonsLiveTest, ThirtyDaysLaterTheExitsNameNobody) {
  AbandonCarts();
  persons_->Erase(By("user_id", "u-7741"));
  const absl::Time due = erased_at_ + absl::Hours(30 * 24);
  SetClock(due - absl::Microseconds(1));
  Restart();
  EXPECT_EQ(TablesThatTell("ann@example.com"), "change ");
  SetClock(due);
  for (int i = 0; i < 300 && TablesThatTell("ann@example.com") != ""; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  EXPECT_EQ(TablesThatTell("ann@example.com"), "");
  EXPECT_EQ(TablesThatTell("phone-of-ann"), "");
  EXPECT_EQ(persons_->RefusalOf(Named(ann_)), "PROFILE_ERASED");
}

TEST_F(PersonsLiveTest, WhatWasPublishedOfAnotherMeanwhileIsForgottenToo) {
  Start();
  Ingest({MakeConsent("1", "bob", start_),
          Of("phone-of-ann", MakeConsent("2", "", start_)),
          Of("phone-of-ann", MakeEvent("3", "add_to_cart", "", start_, "boot")),
          With(MakeEvent("4", "view_item", "bob", start_), "anonymous_id",
               "phone-of-ann")});
  SetClock(start_ + absl::Hours(1));
  WaitForMembers(1);
  EXPECT_TRUE(absl::StrContains(TablesThatTell("phone-of-ann"), "change"));
  v1::UnmergeProfilesResponse unmerged;
  ASSERT_TRUE(
      persons_->Unmerge(By("anonymous_id", "phone-of-ann"), unmerged).ok());
  persons_->Erase(By("anonymous_id", "phone-of-ann"));
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.change WHERE cause <> "
                "'erasure' AND (identifiers::text LIKE '%phone-of-ann%' OR "
                "previous_identifiers::text LIKE '%phone-of-ann%' OR "
                "context::text LIKE '%boot%')"),
            "0");
  EXPECT_EQ(persons_->Get(By("user_id", "bob")).events_size(), 2);
}

TEST_F(PersonsLiveTest, BlockedValuesAreToldAndJoinNobody) {
  Start();
  v1::IngestEventsResponse response;
  ASSERT_TRUE(client_
                  ->Ingest({With(MakeEvent("1", "view_item", "u-1", start_),
                                 "email", "null"),
                            With(MakeEvent("2", "view_item", "u-2", start_),
                                 "email", "NULL"),
                            MakeEvent("3", "view_item", "undefined", start_)},
                           response)
                  .ok());
  ASSERT_EQ(response.results_size(), 3);
  ASSERT_EQ(response.results(0).dropped_identifiers_size(), 1);
  EXPECT_EQ(response.results(0).dropped_identifiers(0).kind(), "email");
  EXPECT_EQ(response.results(0).dropped_identifiers(0).reason(),
            v1::ERROR_REASON_BLOCKED_IDENTIFIER);
  EXPECT_EQ(response.results(2).status(), v1::EventResult::STATUS_REFUSED);
  EXPECT_EQ(response.results(2).reason(), v1::ERROR_REASON_BLOCKED_IDENTIFIER);
  EXPECT_EQ(response.results(2).field(), "identifiers");
  EXPECT_NE(persons_->NameOf(By("user_id", "u-1")),
            persons_->NameOf(By("user_id", "u-2")));
}

}  // namespace
}  // namespace audienced
