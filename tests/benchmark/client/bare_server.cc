// `benchmark_client bare-server`: answers BatchGetMemberships without thinking,
// always with the same bytes: what gRPC alone takes of this machine.

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "tests/benchmark/client/commands.h"
#include "tests/benchmark/shop/event_forms.h"

namespace audienced::benchmark_shop {
namespace {

class BareService final : public v1::AudienceService::CallbackService {
 public:
  explicit BareService(int memberships) {
    for (int i = 0; i < memberships; ++i) {
      v1::Membership* membership = answer_.add_memberships();
      membership->set_audience(absl::StrCat("a", i + 1));
      membership->set_profile("AAAAAAAAAAAAAAAAAAAAAA");
      membership->set_state(v1::Membership::STATE_NOT_MEMBER);
    }
    answer_.mutable_evaluated_through_time()->set_seconds(kEndSecond);
  }

  grpc::ServerUnaryReactor* BatchGetMemberships(
      grpc::CallbackServerContext* context,
      const v1::BatchGetMembershipsRequest*,
      v1::BatchGetMembershipsResponse* answer) override {
    *answer = answer_;
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  v1::BatchGetMembershipsResponse answer_;
};

void Serve(int memberships) {
  BareService service(memberships);
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  std::printf("{\"port\": %d}\n", port);
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
  }
  server->Shutdown();
}

}  // namespace

void AddBareServerCommand(CLI::App& app) {
  auto memberships = std::make_shared<int>(8);
  CLI::App* command = app.add_subcommand(
      "bare-server", "Answers checks without thinking, until stdin ends.");
  command->add_option("--memberships", *memberships, "In an answer.");
  command->callback([memberships] { Serve(*memberships); });
}

}  // namespace audienced::benchmark_shop
