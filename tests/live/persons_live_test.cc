// Persons over gRPC, on a stepped clock and through crashes: joined, taken
// apart, told, and forgotten everywhere.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audienced/v1/profile_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

constexpr char kCart[] = "cart-abandoners";

v1::ProfileReference By(const std::string& kind, const std::string& value) {
  v1::ProfileReference reference;
  reference.mutable_identifier()->set_kind(kind);
  reference.mutable_identifier()->set_value(value);
  return reference;
}

v1::ProfileReference Named(const std::string& profile) {
  v1::ProfileReference reference;
  reference.set_profile(profile);
  return reference;
}

// `event` with one more identifier.
v1::Event With(v1::Event event, const std::string& kind,
               const std::string& value) {
  v1::Identifier& identifier = *event.add_identifiers();
  identifier.set_kind(kind);
  identifier.set_value(value);
  return event;
}

// `event` of a device, of which nothing else is known.
v1::Event Of(const std::string& device, v1::Event event) {
  event.clear_identifiers();
  return With(std::move(event), "anonymous_id", device);
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) ||
      details.details().empty() || !details.details(0).UnpackTo(&info)) {
    return "";
  }
  return info.reason();
}

class PersonsLiveTest : public StoreTest {
 protected:
  PersonsLiveTest()
      : clock_file_(folder_.path() + "/clock"),
        daemon_(folder_.path() + "/data",
                {"AUDIENCED_TEST_CLOCK=" + clock_file_,
                 "AUDIENCED_DATABASE=" + url()}) {
    SetClock(start_);
  }

  void SetClock(absl::Time now) {
    const std::string part = clock_file_ + ".part";
    std::ofstream(part) << absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", now,
                                            absl::UTCTimeZone());
    std::rename(part.c_str(), clock_file_.c_str());
  }

  void Start() {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
    profiles_ = v1::ProfileService::NewStub(daemon_.channel());
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

  v1::GetProfileResponse Get(const v1::ProfileReference& profile,
                             std::string* reason = nullptr) {
    v1::GetProfileRequest request;
    *request.mutable_profile() = profile;
    request.set_page_size(2);  // so that there are pages
    v1::GetProfileResponse all;
    do {
      grpc::ClientContext context;
      v1::GetProfileResponse page;
      const grpc::Status status =
          profiles_->GetProfile(&context, request, &page);
      if (reason != nullptr) *reason = ReasonOf(status);
      EXPECT_TRUE(status.ok() || reason != nullptr) << status.error_message();
      if (!status.ok()) return all;
      *all.mutable_profile() = page.profile();
      all.mutable_events()->MergeFrom(page.events());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  std::string Export(const v1::ProfileReference& profile) {
    v1::ExportProfileRequest request;
    *request.mutable_profile() = profile;
    std::string lines;
    do {
      grpc::ClientContext context;
      v1::ExportProfileResponse page;
      EXPECT_TRUE(profiles_->ExportProfile(&context, request, &page).ok());
      for (const std::string& line : page.lines()) {
        absl::StrAppend(&lines, line, "\n");
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return lines;
  }

  v1::EraseProfileResponse Erase(const v1::ProfileReference& profile) {
    v1::EraseProfileRequest request;
    *request.mutable_profile() = profile;
    grpc::ClientContext context;
    v1::EraseProfileResponse response;
    const grpc::Status status =
        profiles_->EraseProfile(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  grpc::Status Unmerge(const v1::ProfileReference& profile,
                       v1::UnmergeProfilesResponse& response) {
    v1::UnmergeProfilesRequest request;
    *request.mutable_profile() = profile;
    grpc::ClientContext context;
    return profiles_->UnmergeProfiles(&context, request, &response);
  }

  // All changes after `cursor`.
  std::vector<v1::MembershipChange> ChangesAfter(const std::string& cursor) {
    std::vector<v1::MembershipChange> changes;
    v1::ListChangesRequest request;
    request.set_cursor(cursor);
    v1::ListChangesResponse page;
    do {
      grpc::ClientContext context;
      page.Clear();
      EXPECT_TRUE(
          client_->audiences().ListChanges(&context, request, &page).ok());
      changes.insert(changes.end(), page.changes().begin(),
                     page.changes().end());
      request.set_cursor(page.cursor());
    } while (page.more());
    return changes;
  }

  std::string Cursor() { return client_->ListAll().cursor; }

  // Waits for an answer of the database; false when it does not come.
  bool WaitFor(const std::string& sql, const std::string& answer) {
    for (int i = 0; i < 300; ++i) {
      if (Ask(sql) == answer) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
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

  const TestFolder folder_;
  const std::string clock_file_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<v1::ProfileService::Stub> profiles_;
  const absl::Time start_ = absl::FromUnixSeconds(1'772'000'000);
};

TEST_F(PersonsLiveTest, EventsJoinTwoAndUnmergeTakesThemApart) {
  Start();
  Ingest({MakeConsent("1", "u-7", start_),
          Of("a-81", MakeConsent("2", "", start_)),
          Of("a-81", MakeEvent("3", "add_to_cart", "", start_, "boot"))});
  SetClock(start_ + absl::Hours(1));
  const std::string device =
      Get(By("anonymous_id", "a-81")).profile().profile();
  const std::string user = Get(By("user_id", "u-7")).profile().profile();
  std::string cursor = Cursor();
  while (client_->ListAll().members.empty()) cursor = Cursor();
  cursor = Cursor();

  const absl::Time later = start_ + absl::Hours(2);
  SetClock(later);
  Ingest({With(MakeEvent("4", "view_item", "u-7", later, "sock"),
               "anonymous_id", "a-81"),
          Of("a-81", MakeEvent("5", "view_item", "", later, "hat"))});
  Restart();
  EXPECT_EQ(Get(By("anonymous_id", "a-81")).profile().profile(), user);
  EXPECT_EQ(Get(Named(device)).profile().profile(), user);
  std::vector<v1::MembershipChange> changes = ChangesAfter(cursor);
  ASSERT_EQ(changes.size(), 2u);
  if (changes[0].kind() != v1::CHANGE_KIND_LEFT) {
    std::swap(changes[0], changes[1]);
  }
  EXPECT_EQ(changes[0].profile(), device);
  EXPECT_EQ(changes[0].kind(), v1::CHANGE_KIND_LEFT);
  EXPECT_EQ(changes[0].cause(), v1::CAUSE_MERGE);
  EXPECT_EQ(changes[1].profile(), user);
  EXPECT_EQ(changes[1].kind(), v1::CHANGE_KIND_ENTERED);
  EXPECT_EQ(changes[1].cause(), v1::CAUSE_MERGE);
  EXPECT_EQ(changes[1].continues().profile(), device);
  EXPECT_EQ(changes[1].continues().episode(), 1);

  // Each event is kept with the identifier that it named.
  v1::GetProfileResponse whole = Get(By("user_id", "u-7"));
  EXPECT_EQ(whole.profile().absorbed_profiles_size(), 1);
  ASSERT_EQ(whole.events_size(), 5);
  for (const v1::StoredEvent& stored : whole.events()) {
    const std::string& id = stored.event().event_id();
    EXPECT_EQ(stored.profile(), id == "1" || id == "4" ? user : device) << id;
  }
  ASSERT_EQ(whole.profile().stays_size(), 2);

  v1::UnmergeProfilesResponse unmerged;
  EXPECT_EQ(ReasonOf(Unmerge(By("user_id", "u-7"), unmerged)), "NOT_MERGED");
  cursor = Cursor();
  ASSERT_TRUE(Unmerge(By("anonymous_id", "a-81"), unmerged).ok());
  EXPECT_EQ(unmerged.profile(), device);
  EXPECT_EQ(unmerged.remaining_profile(), user);
  changes = ChangesAfter(cursor);
  ASSERT_EQ(changes.size(), 2u);
  for (const v1::MembershipChange& change : changes) {
    EXPECT_EQ(change.cause(), v1::CAUSE_MERGE);
    EXPECT_EQ(change.kind(), change.profile() == device
                                 ? v1::CHANGE_KIND_ENTERED
                                 : v1::CHANGE_KIND_LEFT);
    EXPECT_EQ(change.episode(), 1) << "the same cart, and not mailed again";
  }
  const Client::Members members = client_->ListAll().members;
  EXPECT_EQ(members, (Client::Members{{kCart, device}}));

  // An event does not join them again, also after a restart; a request does.
  Restart();
  EXPECT_EQ(client_->ListAll().members, members);
  Ingest({With(MakeEvent("6", "view_item", "u-7", later, "sock"),
               "anonymous_id", "a-81")});
  EXPECT_EQ(Get(By("anonymous_id", "a-81")).profile().profile(), device);
  EXPECT_EQ(Get(By("user_id", "u-7")).events_size(), 3);
  EXPECT_EQ(Get(Named(device)).events_size(), 3);
  v1::MergeProfilesRequest request;
  *request.mutable_profile() = Named(device);
  *request.mutable_into() = Named(user);
  grpc::ClientContext context;
  v1::MergeProfilesResponse merged;
  ASSERT_TRUE(profiles_->MergeProfiles(&context, request, &merged).ok());
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.separation"), "0");
  EXPECT_EQ(Get(By("anonymous_id", "a-81")).events_size(), 6);
}

TEST_F(PersonsLiveTest, NothingOfTheErasedIsLeftAndTheExitsAreTold) {
  Start();
  v1::Event cart = MakeEvent("3", "add_to_cart", "u-7741", start_, "boot");
  v1::Property& comment = *cart.add_properties();
  comment.set_name("comment");
  comment.set_text("call me Annabel");
  Ingest({With(MakeConsent("1", "u-7741", start_), "email", "ann@example.com"),
          Of("phone-of-ann", MakeEvent("2", "view_item", "", start_, "hat")),
          With(cart, "anonymous_id", "phone-of-ann"),
          MakeConsent("4", "bob", start_),
          MakeEvent("5", "add_to_cart", "bob", start_, "boot")});
  const std::string beginning = Cursor();
  SetClock(start_ + absl::Hours(1));
  while (client_->ListAll().members.size() < 2) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::string ann = Get(By("user_id", "u-7741")).profile().profile();
  const std::string bob = Get(By("user_id", "bob")).profile().profile();
  EXPECT_EQ(ChangesAfter(beginning).size(), 2u);

  const std::string held = Export(By("email", "ann@example.com"));
  for (const char* part :
       {"\"record\" : \"profile\"", "\"record\":\"identifier\"",
        "\"record\" : \"consent\"", "\"record\" : \"membership\"",
        "\"record\" : \"change\"", "\"record\" : \"event\"", "phone-of-ann",
        "call me Annabel", "2026-02-25T"}) {
    EXPECT_TRUE(absl::StrContains(held, part)) << part << "\n" << held;
  }
  EXPECT_FALSE(absl::StrContains(held, bob)) << held;
  EXPECT_EQ(Get(Named(ann)).profile().identifiers_size(), 3);

  const v1::EraseProfileResponse erased = Erase(By("email", "ann@example.com"));
  EXPECT_EQ(erased.profile(), ann);
  Restart();
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(TablesThatTell("Annabel"), "");
    EXPECT_EQ(TablesThatTell("ann@example.com"), "change ");
    EXPECT_EQ(TablesThatTell("phone-of-ann"), "change ");
    EXPECT_EQ(client_->ListAll().members, (Client::Members{{kCart, bob}}));
    // Who resumes from before sees the stay, and whom to remove, and no more.
    const std::vector<v1::MembershipChange> changes = ChangesAfter(beginning);
    ASSERT_EQ(changes.size(), 3u);
    for (const v1::MembershipChange& change : changes) {
      if (change.profile() != ann) continue;
      const bool is_exit = change.kind() == v1::CHANGE_KIND_LEFT;
      EXPECT_EQ(change.identifiers_size(), is_exit ? 3 : 0);
      EXPECT_FALSE(change.has_context());
      if (is_exit) EXPECT_EQ(change.cause(), v1::CAUSE_ERASURE);
    }
    std::string reason;
    Get(By("email", "ann@example.com"), &reason);
    EXPECT_EQ(reason, "PROFILE_ERASED");
    Get(Named(ann), &reason);
    EXPECT_EQ(reason, "PROFILE_ERASED");
    Get(By("email", "nobody@example.com"), &reason);
    EXPECT_EQ(reason, "PROFILE_NOT_FOUND");
    EXPECT_EQ(Erase(By("anonymous_id", "phone-of-ann")).erase_time().seconds(),
              erased.erase_time().seconds())
        << "the same call again tells the same";
    Restart();
  }

  const absl::Time erased_at = start_ + absl::Hours(1);
  EXPECT_EQ(RefusalOf(MakeEvent("6", "view_item", "u-7741", erased_at, "x")),
            v1::ERROR_REASON_PROFILE_ERASED);
  const absl::Time later = erased_at + absl::Microseconds(1);
  SetClock(later);
  Ingest({MakeEvent("7", "view_item", "u-7741", later, "x")});
  const std::string again = Get(By("user_id", "u-7741")).profile().profile();
  EXPECT_NE(again, ann);
  EXPECT_EQ(Get(Named(again)).events_size(), 1);

  // 30 days later the exits name nobody either.
  SetClock(erased_at + absl::Hours(30 * 24) - absl::Microseconds(1));
  EXPECT_EQ(TablesThatTell("ann@example.com"), "change ");
  SetClock(erased_at + absl::Hours(30 * 24));
  EXPECT_TRUE(
      WaitFor("SELECT count(*) FROM audienced.change WHERE "
              "identifiers::text LIKE '%ann@%'",
              "0"));
  EXPECT_EQ(TablesThatTell("ann@example.com"), "");
  EXPECT_EQ(TablesThatTell("phone-of-ann"), "");
}

TEST_F(PersonsLiveTest, WhatWasPublishedOfAnotherMeanwhileIsForgottenToo) {
  Start();
  Ingest({MakeConsent("1", "bob", start_),
          Of("phone-of-ann", MakeConsent("2", "", start_)),
          Of("phone-of-ann", MakeEvent("3", "add_to_cart", "", start_, "boot")),
          With(MakeEvent("4", "view_item", "bob", start_), "anonymous_id",
               "phone-of-ann")});
  SetClock(start_ + absl::Hours(1));
  while (client_->ListAll().members.empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(absl::StrContains(TablesThatTell("phone-of-ann"), "change"));
  v1::UnmergeProfilesResponse unmerged;
  ASSERT_TRUE(Unmerge(By("anonymous_id", "phone-of-ann"), unmerged).ok());
  Erase(By("anonymous_id", "phone-of-ann"));
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.change WHERE cause <> "
                "'erasure' AND (identifiers::text LIKE '%phone-of-ann%' OR "
                "previous_identifiers::text LIKE '%phone-of-ann%' OR "
                "context::text LIKE '%boot%')"),
            "0");
  EXPECT_EQ(Get(By("user_id", "bob")).events_size(), 2);
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
  EXPECT_NE(Get(By("user_id", "u-1")).profile().profile(),
            Get(By("user_id", "u-2")).profile().profile());
}

}  // namespace
}  // namespace audienced
