#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <thread>

#include "audienced/v1/profile_service.grpc.pb.h"
#include "audienced/v1/rule_service.grpc.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

class PublishTest : public testing::Test {
 protected:
  PublishTest() : daemon_(folder_.path() + "/data") {}

  void SetUp() override {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
  }

  v1::IngestEventsResponse Send(const std::vector<v1::Event>& events) {
    v1::IngestEventsResponse response;
    const grpc::Status status = client_->Ingest(events, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  const TestFolder folder_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
};

TEST_F(PublishTest, TheCartAbandonmentListSaysWhomToMailAndWhatIsInTheCart) {
  const absl::Time now = absl::Now();
  Send({MakeConsent("1", "ann", now - absl::Hours(3)),
        MakeEvent("2", "add_to_cart", "ann", now - absl::Hours(2), "sku-1"),
        MakeEvent("3", "add_to_cart", "bob", now - absl::Hours(2), "sku-1"),
        MakeEvent("4", "$identify", "ann", now - absl::Hours(1))});
  v1::ListMembersRequest request;
  request.set_audience("cart-abandoners");
  grpc::ClientContext context;
  v1::ListMembersResponse response;
  const grpc::Status status =
      client_->audiences().ListMembers(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.members_size(), 1) << "bob has not agreed to e-mails";
  const v1::Member& member = response.members(0);
  ASSERT_EQ(member.identifiers_size(), 1);
  EXPECT_EQ(member.identifiers(0).value(), "ann");
  ASSERT_EQ(member.context().cart_size(), 1);
  EXPECT_EQ(member.context().cart(0).item_id(), "sku-1");
  EXPECT_EQ(member.context().cart(0).price(), "19.9");
  ASSERT_EQ(member.context().value_size(), 1);
  EXPECT_EQ(member.context().value(0).amount(), "19.9");
  EXPECT_EQ(member.context().value(0).currency(), "EUR");
  EXPECT_EQ(member.episode(), 1);
}

TEST_F(PublishTest, AWatchThatResumesSeesEveryChangeOnce) {
  grpc::ClientContext first_context;
  v1::WatchMembershipsRequest request;
  auto watch = client_->audiences().WatchMemberships(&first_context, request);
  v1::WatchMembershipsResponse response;
  ASSERT_TRUE(watch->Read(&response)) << "the first message comes at once";
  std::string cursor = response.cursor();
  Send({MakeEvent("1", "file_download", "ann", absl::Now())});

  std::vector<v1::Event> downloads;
  for (int i = 0; i < 30; ++i) {
    v1::Event event = MakeEvent("d" + std::to_string(i), "file_download",
                                "user" + std::to_string(i), absl::Now());
    for (const auto& [name, value] : {std::pair("file_extension", "pdf"),
                                      std::pair("file_name", "ebook")}) {
      v1::Property& property = *event.add_properties();
      property.set_name(name);
      property.set_text(value);
    }
    downloads.push_back(event);
  }
  std::set<std::string> entered;
  const auto read_changes = [&](int most) {
    int seen = 0;
    while (seen < most && watch->Read(&response)) {
      for (const v1::MembershipChange& change : response.changes()) {
        EXPECT_TRUE(entered.insert(change.profile()).second) << "seen twice";
        ++seen;
      }
      cursor = response.cursor();
    }
  };
  Send({downloads.begin(), downloads.begin() + 10});
  read_changes(10);
  first_context.TryCancel();
  watch->Finish();
  // Missed while away, and across a restart.
  Send({downloads.begin() + 10, downloads.begin() + 20});
  ASSERT_EQ(daemon_.Stop(), 0) << daemon_.Log();
  ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
  client_ = std::make_unique<Client>(daemon_.channel());
  grpc::ClientContext second_context;
  request.set_cursor(cursor);
  watch = client_->audiences().WatchMemberships(&second_context, request);
  read_changes(10);
  Send({downloads.begin() + 20, downloads.end()});
  read_changes(10);
  EXPECT_EQ(entered.size(), 30u);
  second_context.TryCancel();
  watch->Finish();
}

v1::Event Download(const std::string& user) {
  v1::Event event = MakeEvent("d-" + user, "file_download", user, absl::Now());
  for (const auto& [name, value] :
       {std::pair("file_extension", "pdf"), std::pair("file_name", "ebook")}) {
    v1::Property& property = *event.add_properties();
    property.set_name(name);
    property.set_text(value);
  }
  return event;
}

// Makes one profile of two users.
void Merge(const DaemonProcess& daemon, const std::string& user,
           const std::string& into) {
  v1::MergeProfilesRequest request;
  for (auto [name, reference] : {std::pair(user, request.mutable_profile()),
                                 std::pair(into, request.mutable_into())}) {
    reference->mutable_identifier()->set_kind("user_id");
    reference->mutable_identifier()->set_value(name);
  }
  grpc::ClientContext context;
  v1::MergeProfilesResponse response;
  ASSERT_TRUE(v1::ProfileService::NewStub(daemon.channel())
                  ->MergeProfiles(&context, request, &response)
                  .ok());
}

// Between two pages some leave, some enter, and two become one.
TEST_F(PublishTest, AllPagesOfAListShowTheStateOfTheFirst) {
  std::vector<v1::Event> downloads;
  for (int i = 0; i < 12; ++i) {
    downloads.push_back(Download("user" + std::to_string(i)));
  }
  Send(downloads);
  v1::ListMembersRequest request;
  request.set_audience("ebook-leads");
  const auto next_page = [&](std::vector<std::string>& profiles) {
    v1::ListMembersResponse page;
    grpc::ClientContext context;
    const grpc::Status status =
        client_->audiences().ListMembers(&context, request, &page);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const v1::Member& member : page.members()) {
      profiles.push_back(member.profile());
      EXPECT_TRUE(member.has_commit_time());
      EXPECT_EQ(member.rule_version(), page.rule_version());
    }
    request.set_page_token(page.next_page_token());
  };
  const auto list_rest = [&](std::vector<std::string>& profiles) {
    do {
      next_page(profiles);
    } while (!request.page_token().empty());
  };
  std::vector<std::string> before;
  list_rest(before);
  ASSERT_EQ(before.size(), 12u);

  request.set_page_size(2);
  std::vector<std::string> paged;
  next_page(paged);
  ASSERT_EQ(paged.size(), 2u);
  Send({MakeEvent("s-1", "sign_up", "user1", absl::Now()),
        MakeEvent("s-2", "sign_up", "user6", absl::Now()),
        MakeEvent("s-3", "sign_up", "user11", absl::Now()),
        Download("user20")});
  Merge(daemon_, "user4", "user8");
  list_rest(paged);
  EXPECT_EQ(paged, before);
  // A list from now on has who is left, and who came.
  std::vector<std::string> after;
  list_rest(after);
  EXPECT_EQ(after.size(), 9u);
}

TEST_F(PublishTest, BadEventsAreRefusedAndTheirNeighboursAreKept) {
  v1::Event nameless = MakeEvent("2", "", "ann", absl::Now());
  v1::Event nobody = MakeEvent("3", "view_item", "ann", absl::Now());
  nobody.clear_identifiers();
  v1::Event oversized = MakeEvent("5", "view_item", "ann", absl::Now());
  v1::Property& property = *oversized.add_properties();
  property.set_name("text");
  property.set_text(std::string(100'000, 'x'));
  const v1::IngestEventsResponse response =
      Send({MakeEvent("1", "view_item", "ann", absl::Now()), nameless, nobody,
            MakeEvent("4", "view_item", "ann", absl::Now() + absl::Hours(1)),
            oversized, MakeEvent("6", "view_item", "ann", absl::Now()),
            MakeEvent("1", "view_item", "ann", absl::Now())});
  ASSERT_EQ(response.results_size(), 7);
  EXPECT_EQ(response.accepted_count(), 2);
  EXPECT_EQ(response.duplicate_count(), 1);
  EXPECT_EQ(response.refused_count(), 4);
  EXPECT_EQ(response.results(1).reason(), v1::ERROR_REASON_MISSING_EVENT_NAME);
  EXPECT_EQ(response.results(2).reason(), v1::ERROR_REASON_MISSING_IDENTIFIER);
  EXPECT_EQ(response.results(3).reason(), v1::ERROR_REASON_FUTURE_EVENT);
  EXPECT_EQ(response.results(5).status(), v1::EventResult::STATUS_ACCEPTED);
  EXPECT_EQ(response.results(6).status(), v1::EventResult::STATUS_DUPLICATE);
}

TEST_F(PublishTest, WhatIsNoMessageIsRefusedAsSuch) {
  v1::Event unreadable = MakeEvent("1", "view_item", "ann", absl::Now());
  unreadable.mutable_identifiers(0)->set_value("\xFF");
  v1::IngestEventsResponse response;
  const grpc::Status refused = client_->Ingest({unreadable}, response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(refused), "INVALID_REQUEST");

  // A stream says what it has taken in, and that it ends for a fault.
  grpc::ClientContext context;
  auto stream = client_->events().StreamEvents(&context);
  v1::StreamEventsRequest batch;
  batch.set_batch_number(1);
  *batch.add_events() = MakeEvent("2", "view_item", "ann", absl::Now());
  ASSERT_TRUE(stream->Write(batch));
  batch.set_batch_number(2);
  *batch.mutable_events(0) = unreadable;
  ASSERT_TRUE(stream->Write(batch));
  v1::StreamEventsResponse acknowledged;
  ASSERT_TRUE(stream->Read(&acknowledged));
  EXPECT_EQ(acknowledged.batch_number(), 1);
  EXPECT_FALSE(stream->Read(&acknowledged));
  const grpc::Status ended = stream->Finish();
  EXPECT_EQ(ended.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(ended), "INVALID_REQUEST");
}

TEST_F(PublishTest, AnUnknownAudienceIsNotFound) {
  v1::ListMembersRequest request;
  request.set_audience("cart-abandonners");
  grpc::ClientContext context;
  v1::ListMembersResponse response;
  const grpc::Status status =
      client_->audiences().ListMembers(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "AUDIENCE_NOT_FOUND");
}

TEST_F(PublishTest, ACursorOfAnotherDatabaseIsRefused) {
  const TestFolder other_folder;
  DaemonProcess other(other_folder.path() + "/data");
  ASSERT_TRUE(other.Start()) << other.Log();
  Client::Members members;
  v1::ListChangesRequest request;
  request.set_cursor(Client(other.channel()).Follow("", members));
  grpc::ClientContext context;
  v1::ListChangesResponse response;
  const grpc::Status status =
      client_->audiences().ListChanges(&context, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "CURSOR_FOREIGN");
}

TEST_F(PublishTest, ASecondDaemonOnTheSameFolderIsRefused) {
  DaemonProcess second(daemon_.data_folder());
  EXPECT_FALSE(second.Start());
  // And the first one still works.
  EXPECT_EQ(
      Send({MakeEvent("1", "view_item", "ann", absl::Now())}).accepted_count(),
      1);
}

// The process id in the first line of a postmaster.pid.
pid_t PostmasterOf(const std::string& data_folder) {
  std::ifstream file(data_folder + "/postgres/postmaster.pid");
  pid_t pid = -1;
  file >> pid;
  return pid;
}

TEST_F(PublishTest, IngestRefusesWhileTheDatabaseIsGoneAndRecovers) {
  Send({MakeEvent("1", "view_item", "ann", absl::Now())});
  const pid_t postmaster = PostmasterOf(daemon_.data_folder());
  ASSERT_GT(postmaster, 1) << "no postmaster.pid found";
  ASSERT_EQ(kill(postmaster, SIGQUIT), 0);  // immediate shutdown
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  bool refused = false;
  for (int attempt = 0; attempt < 100; ++attempt) {
    v1::IngestEventsResponse response;
    const grpc::Status status = client_->Ingest(
        {MakeEvent("2", "view_item", "ann", absl::Now())}, response);
    if (status.ok()) {
      EXPECT_TRUE(refused) << "the database was never missed";
      EXPECT_EQ(response.accepted_count(), 1);
      return;
    }
    refused = true;
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(ReasonOf(status), "DATABASE_UNAVAILABLE");
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  FAIL() << "the daemon did not recover\n" << daemon_.Log();
}

}  // namespace
}  // namespace audienced
