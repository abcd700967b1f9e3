// `benchmark_client watch`: many changes at once, and those who follow them.

#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "audienced/v1/event_service.pb.h"
#include "tests/benchmark/client/calls.h"
#include "tests/benchmark/client/commands.h"
#include "tests/benchmark/client/probe.h"
#include "tests/benchmark/shop/shop_event.h"

namespace audienced::benchmark_shop {
namespace {

struct WatchOptions {
  std::string audience;
  int watchers = 1;
  uint32_t changes = 0;
};

constexpr uint32_t kBatch = 500;
constexpr int kInFlight = 8;

std::vector<grpc::ByteBuffer> MakeRequests(const WatchOptions& options) {
  std::vector<grpc::ByteBuffer> requests;
  v1::IngestEventsRequest request;
  for (uint32_t person = 0; person < options.changes; ++person) {
    *request.add_events() =
        MakeProbe(options.audience, person, absl::FromUnixSeconds(kEndSecond));
    if (person % kBatch != kBatch - 1 && person + 1 < options.changes) continue;
    requests.push_back(ToBytes(request));
    request.Clear();
  }
  return requests;
}

void Watch(const std::string& server, const WatchOptions& options) {
  const std::vector<grpc::ByteBuffer> requests = MakeRequests(options);
  const Channels channels = OpenChannels(server, 1 + options.watchers);
  std::vector<std::unique_ptr<AudienceWatch>> watches;
  std::vector<std::thread> threads;
  for (int i = 0; i < options.watchers; ++i) {
    watches.push_back(
        std::make_unique<AudienceWatch>(channels[1 + i], options.audience));
    threads.emplace_back([&options, watch = watches.back().get()] {
      for (uint32_t seen = 0; seen < options.changes;) {
        seen += static_cast<uint32_t>(watch->Next().changes_size());
      }
    });
  }
  const SteadyTime start = std::chrono::steady_clock::now();
  MakeCalls({channels.front()},
            {"/audienced.v1.EventService/IngestEvents", &requests,
             requests.size(), kInFlight},
            [](grpc::ByteBuffer) {});
  const SteadyTime sent = std::chrono::steady_clock::now();
  for (std::thread& thread : threads) thread.join();
  std::printf(
      "{\"watchers\": %d, \"changes\": %u, \"ingest_seconds\": %.4f, "
      "\"seconds\": %.4f}\n",
      options.watchers, options.changes, SecondsBetween(start, sent),
      SecondsBetween(start, std::chrono::steady_clock::now()));
}

}  // namespace

void AddWatchCommand(CLI::App& app, const std::string& server) {
  auto options = std::make_shared<WatchOptions>();
  CLI::App* command = app.add_subcommand(
      "watch", "Brings persons into an audience, and follows that.");
  command
      ->add_option("--audience", options->audience,
                   "Of those who did the event of the same name.")
      ->required();
  command->add_option("--watchers", options->watchers, "How many follow.");
  command->add_option("--changes", options->changes, "How many come in.")
      ->required();
  command->callback([&server, options] { Watch(server, *options); });
}

}  // namespace audienced::benchmark_shop
