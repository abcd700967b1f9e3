// Consumers whose position the daemon remembers, and how long it keeps the log.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "audienced/v1/profile_service.grpc.pb.h"
#include "audienced/v1/status_service.grpc.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

// A daemon whose time the test steps; it keeps changes for an hour, for
// subscriptions for three.
class SubscriptionTest : public testing::Test {
 protected:
  SubscriptionTest()
      : clock_file_(folder_.path() + "/clock"),
        daemon_(folder_.path() + "/data",
                {"AUDIENCED_TEST_CLOCK=" + clock_file_,
                 "AUDIENCED_CHANGE_LOG_RETENTION=1h",
                 "AUDIENCED_SUBSCRIPTION_LOG_LIMIT=3h"}) {}

  void SetUp() override {
    SetClock(now_);
    Start();
  }

  void Start() {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
  }

  void SetClock(absl::Time now) {
    now_ = now;
    const std::string part = clock_file_ + ".part";
    std::ofstream(part) << absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", now,
                                            absl::UTCTimeZone());
    std::rename(part.c_str(), clock_file_.c_str());
  }

  // Has someone enter ebook-leads.
  void Download(const std::string& user) {
    v1::Event event = MakeEvent("e" + user, "file_download", user, now_);
    for (const auto& [name, value] : {std::pair("file_extension", "pdf"),
                                      std::pair("file_name", "ebook")}) {
      v1::Property& property = *event.add_properties();
      property.set_name(name);
      property.set_text(value);
    }
    v1::IngestEventsResponse response;
    ASSERT_TRUE(client_->Ingest({event}, response).ok());
  }

  // One page of the changes for `crm`; `read` takes the answer.
  grpc::Status Read(v1::ListChangesResponse& read,
                    const std::string& cursor = "",
                    const std::string& subscription = "crm") {
    v1::ListChangesRequest request;
    request.set_subscription(subscription);
    request.set_cursor(cursor);
    grpc::ClientContext context;
    return client_->audiences().ListChanges(&context, request, &read);
  }
  int UnreadOf(const std::string& subscription) {
    v1::ListChangesResponse read;
    EXPECT_TRUE(Read(read, "", subscription).ok());
    return read.changes_size();
  }

  grpc::Status Create(const std::string& name) {
    v1::CreateSubscriptionRequest request;
    request.set_name(name);
    request.add_audiences("ebook-leads");
    grpc::ClientContext context;
    v1::CreateSubscriptionResponse response;
    return client_->audiences().CreateSubscription(&context, request,
                                                   &response);
  }

  grpc::Status Ack(const std::string& cursor, v1::AckChangesResponse& response,
                   const std::string& subscription = "crm") {
    v1::AckChangesRequest request;
    request.set_subscription(subscription);
    request.set_cursor(cursor);
    grpc::ClientContext context;
    return client_->audiences().AckChanges(&context, request, &response);
  }

  // The cursor of the present state for one audience.
  std::string Present() {
    v1::ListChangesRequest request;
    request.add_audiences("ebook-leads");
    grpc::ClientContext context;
    v1::ListChangesResponse response;
    EXPECT_TRUE(
        client_->audiences().ListChanges(&context, request, &response).ok());
    return response.cursor();
  }

  std::string LogSize() {
    return Ask(daemon_, "SELECT count(*) FROM audienced.change");
  }

  const TestFolder folder_;
  const std::string clock_file_;
  absl::Time now_ = absl::FromUnixSeconds(1'772'000'000);
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
};

TEST_F(SubscriptionTest, GoesOnBehindWhatItAcknowledgedAlsoAfterACrash) {
  ASSERT_TRUE(Create("crm").ok());
  EXPECT_EQ(ReasonOf(Create("crm")), "SUBSCRIPTION_EXISTS");
  EXPECT_EQ(ReasonOf(Create("-crm")), "INVALID_REQUEST");
  Download("ann");
  Download("bob");
  v1::ListChangesResponse first;
  ASSERT_TRUE(Read(first).ok());
  ASSERT_EQ(first.changes_size(), 2);
  EXPECT_EQ(UnreadOf("crm"), 2) << "nothing was acknowledged";
  Download("cat");
  v1::ListChangesResponse second;
  ASSERT_TRUE(Read(second, first.cursor()).ok());
  ASSERT_EQ(second.changes_size(), 1);

  v1::AckChangesResponse acknowledged;
  ASSERT_TRUE(Ack(second.cursor(), acknowledged).ok());
  EXPECT_FALSE(acknowledged.ahead());
  daemon_.Kill();
  Start();
  EXPECT_EQ(UnreadOf("crm"), 0);
  ASSERT_TRUE(Ack(first.cursor(), acknowledged).ok());
  EXPECT_TRUE(acknowledged.ahead()) << "a position never goes back";
  EXPECT_EQ(UnreadOf("crm"), 0);
  Download("dan");
  EXPECT_EQ(UnreadOf("crm"), 1);
}

TEST_F(SubscriptionTest, WhatIsNoPositionOfItIsRefused) {
  ASSERT_TRUE(Create("crm").ok());
  v1::AckChangesResponse response;
  EXPECT_EQ(ReasonOf(Ack(Present(), response, "another")),
            "SUBSCRIPTION_NOT_FOUND");
  v1::ListChangesResponse read;
  EXPECT_EQ(ReasonOf(Read(read, "", "another")), "SUBSCRIPTION_NOT_FOUND");
  std::string altered = Present();
  char& letter = altered[altered.size() - 5];
  letter = letter == 'A' ? 'B' : 'A';
  EXPECT_EQ(ReasonOf(Ack(altered, response)), "INVALID_CURSOR");
  EXPECT_EQ(ReasonOf(Ack("", response)), "INVALID_CURSOR");
  v1::ListChangesResponse of_all;
  grpc::ClientContext context;
  ASSERT_TRUE(client_->audiences().ListChanges(&context, {}, &of_all).ok());
  EXPECT_EQ(ReasonOf(Ack(of_all.cursor(), response)), "CURSOR_FILTER_MISMATCH");
}

TEST_F(SubscriptionTest, OldChangesAreRemovedAndTheirCursorsExpire) {
  const std::string before = Present();
  Download("ann");
  Download("bob");
  v1::ListMembersRequest list;
  list.set_audience("ebook-leads");
  list.set_page_size(1);
  v1::ListMembersResponse page;
  grpc::ClientContext list_context;
  ASSERT_TRUE(
      client_->audiences().ListMembers(&list_context, list, &page).ok());
  SetClock(now_ + absl::Minutes(30));
  Download("cat");
  const std::string behind = Present();
  SetClock(now_ + absl::Minutes(31));  // the first two are 61 minutes old
  ASSERT_TRUE(Eventually([&] { return LogSize() == "1"; }));
  v1::ListChangesRequest request;
  request.add_audiences("ebook-leads");
  request.set_cursor(before);
  grpc::ClientContext context;
  v1::ListChangesResponse response;
  // In memory they still are; a restart takes that away.
  daemon_.Kill();
  Start();
  EXPECT_EQ(
      ReasonOf(client_->audiences().ListChanges(&context, request, &response)),
      "CURSOR_EXPIRED");
  EXPECT_EQ(client_->ListAll().members.size(), 3u) << "all are still in";
  // A list of the state at which the log now starts goes on; it does not when
  // the log starts later.
  list.set_page_token(page.next_page_token());
  grpc::ClientContext next_context;
  ASSERT_TRUE(
      client_->audiences().ListMembers(&next_context, list, &page).ok());
  EXPECT_EQ(page.members_size(), 1);
  SetClock(now_ + absl::Hours(1));
  ASSERT_TRUE(Eventually([&] { return LogSize() == "0"; }));
  grpc::ClientContext late_context;
  EXPECT_EQ(
      ReasonOf(client_->audiences().ListMembers(&late_context, list, &page)),
      "PAGE_TOKEN_EXPIRED");
  request.set_cursor(behind);
  grpc::ClientContext head_context;
  EXPECT_TRUE(
      client_->audiences().ListChanges(&head_context, request, &response).ok());
}

TEST_F(SubscriptionTest, TheLogIsKeptForItUpToTheBound) {
  ASSERT_TRUE(Create("crm").ok());
  ASSERT_TRUE(Create("fast").ok());
  Download("ann");
  v1::AckChangesResponse response;
  ASSERT_TRUE(Ack(Present(), response, "fast").ok());
  SetClock(now_ + absl::Hours(2));
  Download("bob");
  EXPECT_EQ(UnreadOf("crm"), 2)
      << "ann's is two hours old and not acknowledged";
  v1::ListChangesResponse read;
  ASSERT_TRUE(Read(read).ok());
  ASSERT_TRUE(Ack(read.cursor(), response).ok());
  // Both have ann's; bob's is not old enough.
  SetClock(now_ + absl::Minutes(2));
  ASSERT_TRUE(Eventually([&] { return LogSize() == "1"; }));
  Download("cat");
  SetClock(now_ + absl::Hours(2));
  EXPECT_EQ(UnreadOf("crm"), 1);
  SetClock(now_ + absl::Hours(1) + absl::Minutes(1));
  ASSERT_TRUE(Eventually([&] { return LogSize() == "0"; }));
  EXPECT_NE(daemon_.Log().find("the log is not kept for it any more"),
            std::string::npos);
  EXPECT_NE(HttpGet(daemon_, "/metrics")
                .find("audienced_subscriptions{state=\"expired\"} 2"),
            std::string::npos);
  EXPECT_EQ(ReasonOf(Read(read)), "CURSOR_EXPIRED");
  ASSERT_TRUE(Ack(Present(), response).ok()) << "it listed again";
  EXPECT_EQ(UnreadOf("crm"), 0);
}

// Whom an erasure took out is named until all who follow by name know it.
TEST_F(SubscriptionTest, ExitsOfTheErasedAreForgottenOnceAllHaveThem) {
  ASSERT_TRUE(Create("crm").ok());
  Download("ann");
  v1::EraseProfileRequest erase;
  erase.mutable_profile()->mutable_identifier()->set_kind("user_id");
  erase.mutable_profile()->mutable_identifier()->set_value("ann");
  v1::EraseProfileResponse erased;
  grpc::ClientContext context;
  ASSERT_TRUE(v1::ProfileService::NewStub(daemon_.channel())
                  ->EraseProfile(&context, erase, &erased)
                  .ok());
  const auto named = [&] {
    return Ask(daemon_,
               "SELECT count(*) FROM audienced.change WHERE "
               "identifiers::text LIKE '%ann%'");
  };
  v1::ListChangesResponse read;
  ASSERT_TRUE(Read(read).ok());
  ASSERT_EQ(read.changes_size(), 2);
  EXPECT_EQ(read.changes(1).kind(), v1::CHANGE_KIND_LEFT);
  EXPECT_EQ(read.changes(1).identifiers(0).value(), "ann");
  EXPECT_EQ(named(), "1");
  v1::AckChangesResponse response;
  ASSERT_TRUE(Ack(read.cursor(), response).ok());
  EXPECT_TRUE(Eventually([&] { return named() == "0"; }));
}

TEST_F(SubscriptionTest, TheCommandLineMakesFollowsAndShowsIt) {
  EXPECT_EQ(Audiencectl(daemon_, "subscriptions list").text,
            "no subscriptions\n");
  CommandOutput output =
      Audiencectl(daemon_, "subscriptions create crm ebook-leads");
  EXPECT_EQ(output.exit_code, 0) << output.text;
  Download("ann");
  Download("bob");
  output = Audiencectl(daemon_, "subscriptions list --output json");
  EXPECT_NE(output.text.find("\"lag_changes\":2"), std::string::npos)
      << output.text;
  EXPECT_NE(output.text.find("\"kept_until_time\""), std::string::npos);
  output = Audiencectl(daemon_, "watch --subscription crm --max 2");
  EXPECT_EQ(output.exit_code, 0) << output.text;
  EXPECT_NE(output.text.find("user_id:bob"), std::string::npos) << output.text;
  EXPECT_EQ(UnreadOf("crm"), 0) << "what is printed is acknowledged";
  output = Audiencectl(daemon_, "status");
  EXPECT_NE(output.text.find("crm"), std::string::npos) << output.text;
  output = Audiencectl(daemon_, "subscriptions delete crm");
  EXPECT_EQ(output.exit_code, 0) << output.text;
  EXPECT_EQ(Audiencectl(daemon_, "watch --subscription crm --max 1").exit_code,
            2);
}

}  // namespace
}  // namespace audienced
