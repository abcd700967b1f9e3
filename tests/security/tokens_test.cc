// Tokens that are good, and those that are not any more or never were.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/end_to_end/operator.h"
#include "tests/security/secured_daemon.h"

namespace audienced {
namespace {

class TokensTest : public testing::Test {
 protected:
  SecuredDaemon* const daemon_ = &SharedDaemon();
};

TEST_F(TokensTest, GarbledOnesAreNone) {
  const std::string good = daemon_->MakeToken("good", {v1::SCOPE_AUDIENCES});
  EXPECT_EQ(Ask(daemon_->channel(), good), "OK");
  std::string altered = good;
  altered.back() = altered.back() == 'A' ? 'B' : 'A';
  // Base64 leaves two bits of the last letter unused: another one before it.
  altered[20] = altered[20] == 'x' ? 'y' : 'x';
  const std::vector<std::string> garbled = {altered,
                                            good.substr(0, 30),
                                            good + "a",
                                            "aud_",
                                            "x",
                                            "aud_k3Jx09QaZ1_",
                                            "aud__________________________",
                                            good.substr(4),
                                            "aud_0000000000_" + good.substr(15),
                                            std::string(2000, 'a')};
  for (const std::string& token : garbled) {
    EXPECT_EQ(Ask(daemon_->channel(), token), "INVALID_TOKEN") << token;
  }
}

TEST_F(TokensTest, AnotherSchemeOrTwoTokensAreNone) {
  const std::string good = daemon_->MakeToken("twice", {v1::SCOPE_AUDIENCES});
  const auto stub = v1::AudienceService::NewStub(daemon_->channel());
  v1::ListAudiencesResponse response;
  const auto twice = CallWith(good);
  twice->AddMetadata("authorization", "Bearer " + good);
  EXPECT_EQ(ReasonOf(stub->ListAudiences(twice.get(), {}, &response)),
            "INVALID_TOKEN");
  const auto basic = CallWith("");
  basic->AddMetadata("authorization", "Basic " + good);
  EXPECT_EQ(ReasonOf(stub->ListAudiences(basic.get(), {}, &response)),
            "INVALID_TOKEN");
}

TEST_F(TokensTest, AnExpiredOneIsRefused) {
  const std::string token =
      daemon_->MakeToken("brief", {v1::SCOPE_AUDIENCES}, {"*"},
                         v1::IDENTIFIER_VISIBILITY_NONE, absl::Seconds(2));
  EXPECT_TRUE(Eventually(
      [&] { return Ask(daemon_->channel(), token) == "TOKEN_EXPIRED"; }));
}

// Its next checkpoint would come after 30 s.
TEST_F(TokensTest, AWatchEndsWhenItsTokenExpires) {
  const std::string token =
      daemon_->MakeToken("leaving", {v1::SCOPE_AUDIENCES}, {"no-such-*"},
                         v1::IDENTIFIER_VISIBILITY_NONE, absl::Seconds(4));
  const auto stub = v1::AudienceService::NewStub(daemon_->channel());
  const auto context = CallWith(token);
  context->set_deadline(std::chrono::system_clock::now() +
                        std::chrono::seconds(20));
  const auto watch = stub->WatchMemberships(context.get(), {});
  v1::WatchMembershipsResponse message;
  ASSERT_TRUE(watch->Read(&message));
  EXPECT_FALSE(watch->Read(&message));
  EXPECT_EQ(ReasonOf(watch->Finish()), "TOKEN_EXPIRED");
}

TEST_F(TokensTest, ARevokedOneIsRefusedAndItsWatchEnds) {
  const std::string token = daemon_->MakeToken("gone", {v1::SCOPE_AUDIENCES});
  const auto stub = v1::AudienceService::NewStub(daemon_->channel());
  const auto context = CallWith(token);
  const auto watch = stub->WatchMemberships(context.get(), {});
  v1::WatchMembershipsResponse first;
  ASSERT_TRUE(watch->Read(&first));
  daemon_->Revoke(token);
  v1::WatchMembershipsResponse next;
  while (watch->Read(&next)) {
  }
  EXPECT_EQ(ReasonOf(watch->Finish()), "TOKEN_REVOKED");
  EXPECT_EQ(Ask(daemon_->channel(), token), "TOKEN_REVOKED");
}

TEST_F(TokensTest, ARevokedOneSendsNoMoreEventsInAnOpenStream) {
  const std::string token = daemon_->MakeToken("sender", {v1::SCOPE_INGEST});
  const auto stub = v1::EventService::NewStub(daemon_->channel());
  const auto context = CallWith(token);
  const auto stream = stub->StreamEvents(context.get());
  v1::StreamEventsRequest batch;
  batch.set_batch_number(1);
  v1::Event& event = *batch.add_events();
  event.set_event_id("s-1");
  event.set_event("view_item");
  event.mutable_occurred_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) -
                                             60);
  v1::Identifier& who = *event.add_identifiers();
  who.set_kind("user_id");
  who.set_value("cleo");
  ASSERT_TRUE(stream->Write(batch));
  v1::StreamEventsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.accepted_count(), 1);
  daemon_->Revoke(token);
  batch.set_batch_number(2);
  stream->Write(batch);
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ReasonOf(stream->Finish()), "TOKEN_REVOKED");
}

TEST_F(TokensTest, OneClientHasSoManyCallsAtOnce) {
  const std::string token = daemon_->MakeToken("busy", {v1::SCOPE_AUDIENCES});
  const auto stub = v1::AudienceService::NewStub(daemon_->channel());
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchMembershipsResponse>>>
      watches;
  for (int i = 0; i < 4; ++i) {
    contexts.push_back(CallWith(token));
    watches.push_back(stub->WatchMemberships(contexts.back().get(), {}));
    v1::WatchMembershipsResponse first;
    ASSERT_TRUE(watches.back()->Read(&first));
  }
  EXPECT_EQ(Ask(daemon_->channel(), token), "TOO_MANY_CALLS");
  // Others are not held up, and a call that ends makes room.
  EXPECT_EQ(Ask(daemon_->channel(), daemon_->admin()), "OK");
  contexts.front()->TryCancel();
  EXPECT_TRUE(
      Eventually([&] { return Ask(daemon_->channel(), token) == "OK"; }));
  for (const auto& context : contexts) context->TryCancel();
}

TEST_F(TokensTest, NeitherDatabaseNorLogHoldsASecret) {
  const std::string token = daemon_->MakeToken("quiet", {v1::SCOPE_AUDIENCES});
  EXPECT_EQ(Ask(daemon_->channel(), token), "OK");
  EXPECT_EQ(Ask(daemon_->channel(), token + "x"), "INVALID_TOKEN");
  const std::string secret = token.substr(15);
  EXPECT_EQ(daemon_->process().Log().find(secret), std::string::npos);
  const std::string id = token.substr(4, 10);
  const std::string row =
      Ask(daemon_->process(),
          "SELECT * FROM audienced.token WHERE token_id = '" + id + "'");
  EXPECT_NE(row.find("quiet"), std::string::npos) << row;
  EXPECT_EQ(row.find(secret), std::string::npos);
  const std::string digest =
      Ask(daemon_->process(),
          "SELECT encode(digest, 'hex') = encode(sha256('" + token +
              "'::bytea), 'hex') FROM audienced.token WHERE token_id = '" + id +
              "'");
  EXPECT_NE(digest.find('t'), std::string::npos) << digest;
}

TEST_F(TokensTest, AudiencectlMakesListsRevokesAndAudits) {
  const std::string program = std::string(AUDIENCED_AUDIENCECTL) +
                              " --server " + daemon_->process().address() + " ";
  const std::string admin =
      "AUDIENCED_TOKEN=" + daemon_->admin() + " " + program;
  const TestFolder folder;
  const std::string file = folder.path() + "/clerk.token";
  // Nothing but the token goes to standard output.
  const CommandOutput made =
      Shell(admin + "token create clerk --scope audiences --audience 'cart-*'" +
            " --expires 1d 2>/dev/null | tee " + file);
  ASSERT_EQ(made.exit_code, 0) << made.text;
  ASSERT_EQ(made.text.substr(0, 4), "aud_");
  ASSERT_EQ(made.text.find('\n'), made.text.size() - 1);
  const std::string id = made.text.substr(4, 10);
  const std::string clerk = program + "--token-file " + file + " ";
  const CommandOutput members = Shell(clerk + "members cart-abandoners");
  EXPECT_EQ(members.exit_code, 0) << members.text;
  const CommandOutput denied = Shell(clerk + "status");
  EXPECT_EQ(denied.exit_code, 1);
  EXPECT_NE(denied.text.find("lacks the scope 'admin'"), std::string::npos)
      << denied.text;

  const CommandOutput listed = Shell(admin + "token list");
  EXPECT_NE(listed.text.find(id), std::string::npos) << listed.text;
  EXPECT_EQ(listed.text.find(made.text.substr(15, 20)), std::string::npos);
  EXPECT_EQ(Shell(admin + "token revoke " + id).exit_code, 0);
  EXPECT_EQ(Shell(admin + "token revoke 0000000000").exit_code, 2);
  const CommandOutput gone = Shell(clerk + "members cart-abandoners");
  EXPECT_EQ(gone.exit_code, 1);
  EXPECT_NE(gone.text.find("TOKEN_REVOKED"), std::string::npos) << gone.text;
  const CommandOutput audit = Shell(admin + "audit --client clerk --since 1d");
  EXPECT_NE(audit.text.find("AudienceService.ListMembers"), std::string::npos)
      << audit.text;
  EXPECT_EQ(Shell(program + "--token-file /nowhere status").exit_code, 2);
}

TEST_F(TokensTest, RequestsThatContradictThemselvesAreRefused) {
  const auto stub = v1::AccessService::NewStub(daemon_->channel());
  const auto create = [&](auto change) {
    v1::CreateTokenRequest request;
    request.set_client("odd");
    request.add_scopes(v1::SCOPE_AUDIENCES);
    request.add_audience_patterns("*");
    change(request);
    v1::CreateTokenResponse response;
    const auto context = CallWith(daemon_->admin());
    const grpc::Status status =
        stub->CreateToken(context.get(), request, &response);
    return status.ok() ? "OK" : ReasonOf(status);
  };
  using Request = v1::CreateTokenRequest;
  EXPECT_EQ(create([](Request&) {}), "OK");
  EXPECT_EQ(create([](Request& r) { r.set_client("(local)"); }),
            "INVALID_REQUEST");
  EXPECT_EQ(create([](Request& r) { r.clear_scopes(); }), "INVALID_REQUEST");
  EXPECT_EQ(create([](Request& r) { r.clear_audience_patterns(); }),
            "INVALID_REQUEST");
  EXPECT_EQ(create([](Request& r) { r.set_audience_patterns(0, "a b"); }),
            "INVALID_REQUEST");
  EXPECT_EQ(create([](Request& r) { r.add_scopes(v1::SCOPE_PROFILES); }),
            "INVALID_REQUEST");
  EXPECT_EQ(create([](Request& r) { r.mutable_expire_time()->set_seconds(1); }),
            "INVALID_TIME");
}

}  // namespace
}  // namespace audienced
