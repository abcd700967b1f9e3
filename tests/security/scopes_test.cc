// Every method of the API with each scope alone: it is let in or not as the
// proto says. A method that names no scope fails the test.

#include <google/protobuf/descriptor.pb.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "audienced/v1/access.pb.h"
#include "tests/end_to_end/operator.h"
#include "tests/security/secured_daemon.h"

namespace audienced {
namespace {

using Scopes = std::set<v1::Scope>;

constexpr v1::Scope kScopes[] = {v1::SCOPE_AUDIENCES, v1::SCOPE_INGEST,
                                 v1::SCOPE_RULES,     v1::SCOPE_PROFILES,
                                 v1::SCOPE_ERASE,     v1::SCOPE_ADMIN};

// Path and scopes of every method of every service of the API.
std::map<std::string, Scopes> Methods() {
  google::protobuf::FileDescriptorSet files;
  std::ifstream protoset(AUDIENCED_PROTOSET, std::ios::binary);
  EXPECT_TRUE(files.ParseFromIstream(&protoset));
  std::map<std::string, Scopes> methods;
  for (const auto& file : files.file()) {
    for (const auto& service : file.service()) {
      for (const auto& method : service.method()) {
        Scopes& scopes = methods["/" + file.package() + "." + service.name() +
                                 "/" + method.name()];
        const auto& options = method.options();
        for (int i = 0; i < options.ExtensionSize(v1::required_scopes); ++i) {
          scopes.insert(options.GetExtension(v1::required_scopes, i));
        }
      }
    }
  }
  return methods;
}

// What is asked for: nothing, or what ends a stream at once.
std::string RequestOf(const std::string& path) {
  if (path != "/audienced.v1.AudienceService/WatchMemberships") return "";
  v1::WatchMembershipsRequest request;
  request.set_cursor("none of ours");
  return request.SerializeAsString();
}

// Calls the method whatever its kind, with these bytes as its request; the code
// and reason of the answer.
grpc::Status CallWithBytes(const std::shared_ptr<grpc::Channel>& channel,
                           const std::string& path, const std::string& token,
                           const std::string& bytes) {
  const auto context = CallWith(token);
  context->set_wait_for_ready(true);
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  const grpc::Slice slice(bytes);
  const grpc::ByteBuffer request(&slice, 1);
  auto call = stub.PrepareUnaryCall(context.get(), path, request, &queue);
  call->StartCall();
  grpc::ByteBuffer response;
  grpc::Status status;
  call->Finish(&response, &status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  EXPECT_TRUE(queue.Next(&tag, &ok));
  return status;
}

grpc::Status Call(const std::shared_ptr<grpc::Channel>& channel,
                  const std::string& path, const std::string& token) {
  return CallWithBytes(channel, path, token, RequestOf(path));
}

bool IsLetIn(const grpc::Status& status) {
  EXPECT_NE(status.error_code(), grpc::StatusCode::UNAVAILABLE)
      << status.error_message();
  EXPECT_NE(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_NE(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  if (status.error_code() == grpc::StatusCode::PERMISSION_DENIED) {
    EXPECT_EQ(ReasonOf(status), "SCOPE_MISSING");
    return false;
  }
  return status.error_code() != grpc::StatusCode::UNAUTHENTICATED;
}

class ScopesTest : public testing::Test {
 protected:
  SecuredDaemon* const daemon_ = &SharedDaemon();
};

TEST_F(ScopesTest, EveryMethodNamesWhatItNeeds) {
  const std::map<std::string, Scopes> methods = Methods();
  EXPECT_GE(methods.size(), 25U);
  for (const auto& [path, scopes] : methods) {
    EXPECT_FALSE(scopes.empty()) << path << " names no scope";
    EXPECT_FALSE(scopes.contains(v1::SCOPE_UNSPECIFIED)) << path;
  }
}

TEST_F(ScopesTest, OneScopeAloneOpensWhatItSays) {
  for (const v1::Scope scope : kScopes) {
    const std::string token =
        daemon_->MakeToken("only-" + std::to_string(scope), {scope});
    for (const auto& [path, scopes] : Methods()) {
      const bool wanted = scope == v1::SCOPE_ADMIN || scopes == Scopes{scope};
      EXPECT_EQ(IsLetIn(Call(daemon_->channel(), path, token)), wanted)
          << path << " with " << v1::Scope_Name(scope);
    }
  }
}

TEST_F(ScopesTest, AllScopesButAdminOpenTheRest) {
  const std::string token = daemon_->MakeToken(
      "almost", {v1::SCOPE_AUDIENCES, v1::SCOPE_INGEST, v1::SCOPE_RULES,
                 v1::SCOPE_PROFILES, v1::SCOPE_ERASE});
  for (const auto& [path, scopes] : Methods()) {
    EXPECT_EQ(IsLetIn(Call(daemon_->channel(), path, token)),
              !scopes.contains(v1::SCOPE_ADMIN))
        << path;
  }
}

TEST_F(ScopesTest, WithoutATokenNothingIsOpen) {
  for (const auto& [path, scopes] : Methods()) {
    const grpc::Status status = Call(daemon_->channel(), path, "");
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << path;
    EXPECT_EQ(ReasonOf(status), "MISSING_TOKEN") << path;
  }
}

// Of the methods that read their requests by themselves.
TEST_F(ScopesTest, BytesThatAreNoRequestAreRefusedWithAReason) {
  const std::string token = daemon_->MakeToken("raw", {v1::SCOPE_AUDIENCES});
  const std::string cut_off = "\x0a";  // a text of which the length is missing
  for (const char* method : {"ListMembers", "WatchMemberships"}) {
    const grpc::Status status = CallWithBytes(
        daemon_->channel(),
        std::string("/audienced.v1.AudienceService/") + method, token, cut_off);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
        << method << ": " << status.error_message();
    EXPECT_EQ(ReasonOf(status), "INVALID_REQUEST") << method;
    EXPECT_EQ(status.error_message(),
              absl::StrCat("the request is no ", method,
                           "Request; every text has to be UTF-8"));
  }
}

TEST_F(ScopesTest, HealthIsOpen) {
  EXPECT_EQ(HealthOf(daemon_->process()), "SERVING");
}

TEST_F(ScopesTest, APreviewNeedsRulesToo) {
  v1::ListMembersRequest request;
  request.set_audience("cart-abandoners");
  request.set_preview(true);
  const auto stub = v1::AudienceService::NewStub(daemon_->channel());
  v1::ListMembersResponse response;
  const auto denied =
      CallWith(daemon_->MakeToken("viewer", {v1::SCOPE_AUDIENCES}));
  EXPECT_EQ(ReasonOf(stub->ListMembers(denied.get(), request, &response)),
            "SCOPE_MISSING");
  const auto allowed = CallWith(
      daemon_->MakeToken("editor", {v1::SCOPE_AUDIENCES, v1::SCOPE_RULES}));
  EXPECT_TRUE(stub->ListMembers(allowed.get(), request, &response).ok());
}

}  // namespace
}  // namespace audienced
