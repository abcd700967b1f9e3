// What one client may ask for, and what it sees of another database and of
// traits: a daemon that lets a client make two calls a second.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/operator.h"
#include "tests/security/secured_daemon.h"

namespace audienced {
namespace {

constexpr char kRules[] = R"(version: 1
conversions:
  signed_up: { kind: macro, event: sign_up }
audiences:
  signed-up:
    who: { did: signed_up }
    context: [plan, email]
)";

// When to try again, as the error says; zero where it does not.
absl::Duration RetryDelayOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  for (const auto& detail : details.details()) {
    google::rpc::RetryInfo retry;
    if (!detail.UnpackTo(&retry)) continue;
    return absl::Seconds(retry.retry_delay().seconds()) +
           absl::Nanoseconds(retry.retry_delay().nanos());
  }
  return absl::ZeroDuration();
}

// Its loopback is open to all; those who are clients have limits.
struct OpenDaemon {
  OpenDaemon() {
    std::filesystem::create_directory(rules);
    std::ofstream(rules + "/shop.yaml") << kRules;
    EXPECT_TRUE(process.Start()) << process.Log();
  }

  const TestFolder folder;
  const std::string rules = folder.path() + "/rules";
  DaemonProcess process{folder.path() + "/data",
                        {"AUDIENCED_CLIENT_REQUESTS_PER_SECOND=2",
                         "AUDIENCED_CLIENT_CONCURRENT_CALLS=1"},
                        rules};
};

OpenDaemon& SharedOpenDaemon() {
  static OpenDaemon daemon;
  return daemon;
}

class LimitsTest : public testing::Test {
 protected:
  void SetUp() override {
    stub_ = v1::AudienceService::NewStub(daemon_.channel());
  }

  std::string MakeToken(const std::string& client,
                        v1::IdentifierVisibility identifiers) {
    v1::CreateTokenRequest request;
    request.set_client(client);
    request.add_scopes(v1::SCOPE_AUDIENCES);
    request.add_audience_patterns("*");
    request.set_identifiers(identifiers);
    v1::CreateTokenResponse response;
    const auto context = CallWith("");
    EXPECT_TRUE(v1::AccessService::NewStub(daemon_.channel())
                    ->CreateToken(context.get(), request, &response)
                    .ok());
    return response.secret();
  }

  grpc::Status Audiences(const std::string& token) {
    v1::ListAudiencesResponse response;
    const auto context = CallWith(token);
    return stub_->ListAudiences(context.get(), {}, &response);
  }

  DaemonProcess& daemon_ = SharedOpenDaemon().process;
  std::unique_ptr<v1::AudienceService::Stub> stub_;
};

TEST_F(LimitsTest, AClientIsToldWhenItMayCallAgain) {
  const std::string token = MakeToken("eager", v1::IDENTIFIER_VISIBILITY_NONE);
  const std::string second = MakeToken("eager", v1::IDENTIFIER_VISIBILITY_NONE);
  const std::string other =
      MakeToken("patient", v1::IDENTIFIER_VISIBILITY_NONE);
  grpc::Status status;
  int answered = 0;
  for (int i = 0; i < 200 && status.ok(); ++i) {
    status = Audiences(token);
    if (status.ok()) ++answered;
  }
  EXPECT_GE(answered, 2);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "RATE_LIMITED");
  const absl::Duration delay = RetryDelayOf(status);
  EXPECT_GT(delay, absl::ZeroDuration());
  EXPECT_LE(delay, absl::Milliseconds(500));
  // Its tokens count together; other clients count by themselves.
  EXPECT_EQ(ReasonOf(Audiences(second)), "RATE_LIMITED");
  EXPECT_TRUE(Audiences(other).ok());
  std::this_thread::sleep_for(
      absl::ToChronoNanoseconds(delay + absl::Milliseconds(1)));
  EXPECT_TRUE(Audiences(second).ok());
}

TEST_F(LimitsTest, AClientHasSoManyCallsUnderWay) {
  const std::string token = MakeToken("busy", v1::IDENTIFIER_VISIBILITY_NONE);
  const auto context = CallWith(token);
  const auto watch = stub_->WatchMemberships(context.get(), {});
  v1::WatchMembershipsResponse first;
  ASSERT_TRUE(watch->Read(&first));
  const grpc::Status status = Audiences(token);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "TOO_MANY_CALLS");
  EXPECT_GT(RetryDelayOf(status), absl::ZeroDuration());
  context->TryCancel();
  EXPECT_TRUE(Eventually([&] { return Audiences(token).ok(); }));
}

TEST_F(LimitsTest, ACursorOfAnotherDatabaseIsForeign) {
  SecuredDaemon& other = SharedDaemon();
  const auto ask_other = v1::AudienceService::NewStub(other.channel());
  v1::ListChangesResponse head;
  const auto context = CallWith(other.admin());
  ASSERT_TRUE(ask_other->ListChanges(context.get(), {}, &head).ok());

  v1::ListChangesRequest request;
  request.set_cursor(head.cursor());
  v1::ListChangesResponse changes;
  const auto polls = CallWith("");
  EXPECT_EQ(ReasonOf(stub_->ListChanges(polls.get(), request, &changes)),
            "CURSOR_FOREIGN");
  v1::WatchMembershipsRequest watch;
  watch.set_cursor(head.cursor());
  const auto watches = CallWith("");
  EXPECT_EQ(ReasonOf(stub_->WatchMemberships(watches.get(), watch)->Finish()),
            "CURSOR_FOREIGN");
  v1::CreateSubscriptionRequest subscription;
  subscription.set_name("foreign");
  subscription.set_cursor(head.cursor());
  v1::CreateSubscriptionResponse made;
  const auto subscribes = CallWith("");
  EXPECT_EQ(ReasonOf(stub_->CreateSubscription(subscribes.get(), subscription,
                                               &made)),
            "CURSOR_FOREIGN");
}

TEST_F(LimitsTest, TraitsThatIdentifySomebodyAreSeenLikeIdentifiers) {
  const auto start = CallWith("");
  v1::ListChangesResponse head;
  ASSERT_TRUE(stub_->ListChanges(start.get(), {}, &head).ok());
  v1::Event event = MakeEvent("1", "sign_up", "ann", absl::Now());
  for (const auto& [name, text] :
       {std::pair("plan", "pro"), std::pair("email", "ann@example.com")}) {
    v1::Property& trait = *event.add_traits();
    trait.set_name(name);
    trait.set_text(text);
  }
  v1::IngestEventsResponse stored;
  ASSERT_TRUE(Client(daemon_.channel()).Ingest({event}, stored).ok());
  ASSERT_EQ(stored.accepted_count(), 1);

  using Names = std::set<std::string>;
  for (const auto visibility :
       {v1::IDENTIFIER_VISIBILITY_NONE, v1::IDENTIFIER_VISIBILITY_HASHED,
        v1::IDENTIFIER_VISIBILITY_PLAIN}) {
    const std::string token =
        MakeToken("sees-" + std::to_string(visibility), visibility);
    const Names wanted = visibility == v1::IDENTIFIER_VISIBILITY_PLAIN
                             ? Names{"email", "plan"}
                             : Names{"plan"};
    v1::ListMembersRequest list;
    list.set_audience("signed-up");
    v1::ListMembersResponse members;
    const auto lists = CallWith(token);
    ASSERT_TRUE(stub_->ListMembers(lists.get(), list, &members).ok());
    ASSERT_EQ(members.members_size(), 1);
    Names listed;
    for (const auto& trait : members.members(0).context().traits()) {
      listed.insert(trait.name());
    }
    EXPECT_EQ(listed, wanted);
    v1::ListChangesRequest follow;
    follow.set_cursor(head.cursor());
    v1::ListChangesResponse changes;
    const auto follows = CallWith(token);
    const grpc::Status followed =
        stub_->ListChanges(follows.get(), follow, &changes);
    ASSERT_TRUE(followed.ok()) << followed.error_message();
    ASSERT_EQ(changes.changes_size(), 1);
    Names told;
    for (const auto& trait : changes.changes(0).context().traits()) {
      told.insert(trait.name());
    }
    EXPECT_EQ(told, wanted);
  }
}

}  // namespace
}  // namespace audienced
