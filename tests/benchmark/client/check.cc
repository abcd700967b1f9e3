// `benchmark_client check`: who is in which audience, one person a call or
// many.

#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "audienced/v1/audience_service.pb.h"
#include "tests/benchmark/client/calls.h"
#include "tests/benchmark/client/commands.h"
#include "tests/benchmark/shop/event_forms.h"

namespace audienced::benchmark_shop {
namespace {

struct CheckOptions {
  std::vector<std::string> audiences;
  uint32_t persons = 0;  // there are so many
  int profiles = 1;      // in a call
  uint64_t calls = 0;
  int in_flight = 64;
  int channels = 4;
};

// Different ones, of persons that are drawn anew for each.
std::vector<grpc::ByteBuffer> MakeRequests(const CheckOptions& options) {
  constexpr uint64_t kMostRequests = 4096;
  std::vector<grpc::ByteBuffer> requests;
  uint64_t drawn = 0;
  for (uint64_t i = 0; i < std::min(options.calls, kMostRequests); ++i) {
    v1::BatchGetMembershipsRequest request;
    for (const std::string& audience : options.audiences) {
      request.add_audiences(audience);
    }
    for (int p = 0; p < options.profiles; ++p) {
      v1::Identifier* who = request.add_profiles()->mutable_identifier();
      who->set_kind("user_id");
      who->set_value(UserId(Mix(++drawn) % options.persons));
    }
    requests.push_back(ToBytes(request));
  }
  return requests;
}

void Check(const std::string& server, const CheckOptions& options) {
  const std::vector<grpc::ByteBuffer> requests = MakeRequests(options);
  const Channels channels = OpenChannels(server, options.channels);
  CallPlan plan{"/audienced.v1.AudienceService/BatchGetMemberships", &requests,
                options.calls, options.in_flight};
  uint64_t bytes = 0;
  grpc::ByteBuffer last;
  const CallTimes times =
      MakeCalls(channels, plan, [&](grpc::ByteBuffer answer) {
        bytes += answer.Length();
        last = std::move(answer);
      });
  v1::BatchGetMembershipsResponse answer;
  FromBytes(std::move(last), answer);
  const double per_second = static_cast<double>(options.calls) / times.seconds;
  std::printf(
      "{\"calls\": %llu, \"seconds\": %.4f, \"calls_per_second\": %.0f, "
      "\"profiles_per_second\": %.0f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
      "\"answer_bytes\": %llu, \"memberships\": %d}\n",
      static_cast<unsigned long long>(options.calls), times.seconds, per_second,
      per_second * options.profiles, Quantile(times.milliseconds, 0.5),
      Quantile(times.milliseconds, 0.99),
      static_cast<unsigned long long>(bytes / options.calls),
      answer.memberships_size());
}

}  // namespace

void AddCheckCommand(CLI::App& app, const std::string& server) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand("check", "Asks who is in.");
  command->add_option("--audiences", options->audiences, "Which audiences.")
      ->required()
      ->delimiter(',');
  command->add_option("--persons", options->persons, "How many there are.")
      ->required();
  command->add_option("--profiles", options->profiles, "Persons in a call.");
  command->add_option("--calls", options->calls, "How many calls.")->required();
  command->add_option("--in-flight", options->in_flight, "Calls at a time.");
  command->add_option("--channels", options->channels, "Connections.");
  command->callback([&server, options] { Check(server, *options); });
}

}  // namespace audienced::benchmark_shop
