// `benchmark_client latency`: events at a steady rate, one a call, each of
// which brings a person into an audience; from when it should be sent to when a
// watcher is told of the change.

#include <grpcpp/completion_queue.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "audienced/v1/event_service.grpc.pb.h"
#include "tests/benchmark/client/calls.h"
#include "tests/benchmark/client/commands.h"
#include "tests/benchmark/client/probe.h"

namespace audienced::benchmark_shop {
namespace {

struct LatencyOptions {
  std::string audience;
  int rate = 1000;
  uint32_t events = 20'000;
  uint32_t first_person = 0;
};

// Sends the events by the clock, whatever became of those before.
class SteadySender {
 public:
  SteadySender(const std::shared_ptr<grpc::Channel>& channel,
               const LatencyOptions& options)
      : stub_(v1::EventService::NewStub(channel)), options_(options) {}

  // Event i is due at `due[i]`. Returns when all are answered.
  void Run(const std::vector<SteadyTime>& due) {
    std::thread answers([this] { TakeAnswers(); });
    for (uint32_t i = 0; i < options_.events; ++i) {
      auto call = std::make_unique<Call>();
      *call->request.add_events() =
          MakeProbe(options_.audience, options_.first_person + i, absl::Now());
      std::this_thread::sleep_until(due[i]);
      call->reader =
          stub_->AsyncIngestEvents(&call->context, call->request, &queue_);
      call->due = due[i];
      Call* tag = call.release();
      tag->reader->Finish(&tag->answer, &tag->status, tag);
    }
    answers.join();
  }

  const std::vector<double>& milliseconds() const { return milliseconds_; }

 private:
  struct Call {
    grpc::ClientContext context;
    v1::IngestEventsRequest request;
    v1::IngestEventsResponse answer;
    grpc::Status status;
    std::unique_ptr<grpc::ClientAsyncResponseReader<v1::IngestEventsResponse>>
        reader;
    SteadyTime due;
  };

  void TakeAnswers() {
    void* tag = nullptr;
    bool ok = false;
    while (milliseconds_.size() < options_.events && queue_.Next(&tag, &ok)) {
      const std::unique_ptr<Call> call(static_cast<Call*>(tag));
      if (!call->status.ok()) Fail(call->status.error_message());
      if (call->answer.accepted_count() != 1) Fail("an event is refused");
      milliseconds_.push_back(
          SecondsBetween(call->due, std::chrono::steady_clock::now()) * 1e3);
    }
  }

  const std::unique_ptr<v1::EventService::Stub> stub_;
  const LatencyOptions& options_;
  grpc::CompletionQueue queue_;
  std::vector<double> milliseconds_;
};

uint32_t PersonOf(const v1::MembershipChange& change) {
  for (const v1::Identifier& identifier : change.identifiers()) {
    uint32_t person = 0;
    if (identifier.kind() == "user_id" &&
        absl::SimpleAtoi(identifier.value().substr(2), &person)) {
      return person;
    }
  }
  Fail("a change names nobody");
}

// Of each change, how long after its event was due it is told.
std::vector<double> Follow(AudienceWatch& watch, const LatencyOptions& options,
                           const std::vector<SteadyTime>& due) {
  std::vector<double> milliseconds;
  while (milliseconds.size() < options.events) {
    const v1::WatchMembershipsResponse& message = watch.Next();
    const SteadyTime now = std::chrono::steady_clock::now();
    for (const v1::MembershipChange& change : message.changes()) {
      const uint32_t event = PersonOf(change) - options.first_person;
      milliseconds.push_back(SecondsBetween(due.at(event), now) * 1e3);
    }
  }
  return milliseconds;
}

void Measure(const std::string& server, const LatencyOptions& options) {
  const Channels channels = OpenChannels(server, 2);
  AudienceWatch watch(channels.front(), options.audience);
  std::vector<SteadyTime> due(options.events);
  const SteadyTime start =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  for (uint32_t i = 0; i < options.events; ++i) {
    due[i] =
        start + std::chrono::nanoseconds(1'000'000'000ll * i / options.rate);
  }
  std::vector<double> told;
  std::thread follower([&] { told = Follow(watch, options, due); });
  SteadySender sender(channels.back(), options);
  sender.Run(due);
  follower.join();
  std::printf(
      "{\"events\": %u, \"rate\": %d, \"told_p50_ms\": %.3f, "
      "\"told_p90_ms\": %.3f, \"told_p99_ms\": %.3f, \"told_max_ms\": %.3f, "
      "\"answered_p50_ms\": %.3f, \"answered_p99_ms\": %.3f}\n",
      options.events, options.rate, Quantile(told, 0.5), Quantile(told, 0.9),
      Quantile(told, 0.99), Quantile(told, 1),
      Quantile(sender.milliseconds(), 0.5),
      Quantile(sender.milliseconds(), 0.99));
}

}  // namespace

void AddLatencyCommand(CLI::App& app, const std::string& server) {
  auto options = std::make_shared<LatencyOptions>();
  CLI::App* command = app.add_subcommand(
      "latency", "From an event to the change that a watcher is told.");
  command
      ->add_option("--audience", options->audience,
                   "Of those who did the event of the same name.")
      ->required();
  command->add_option("--rate", options->rate, "Events a second.");
  command->add_option("--events", options->events, "How many; a person each.");
  command->add_option("--first-person", options->first_person,
                      "The person of the first event.");
  command->callback([&server, options] { Measure(server, *options); });
}

}  // namespace audienced::benchmark_shop
