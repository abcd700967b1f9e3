// `benchmark_client ingest`: events in batches, some of them under way at any
// time. A batch is answered when it is durable, evaluated, and its
// consequences are committed.

#include <cstdio>
#include <memory>

#include "absl/status/statusor.h"
#include "audienced/v1/event_service.pb.h"
#include "daemon/ingest/event_message.h"
#include "tests/benchmark/client/calls.h"
#include "tests/benchmark/client/commands.h"
#include "tests/benchmark/shop/event_forms.h"

namespace audienced::benchmark_shop {
namespace {

struct IngestOptions {
  std::string events;
  uint64_t first = 0;
  uint64_t count = 0;  // 0: all behind the first
  uint64_t batch = 500;
  int in_flight = 8;
  bool random_ids = false;
};

std::vector<grpc::ByteBuffer> MakeRequests(const IngestOptions& options,
                                           uint64_t& event_count) {
  const absl::StatusOr<std::vector<ShopEvent>> events =
      ReadShopEvents(options.events);
  if (!events.ok()) Fail(std::string(events.status().message()));
  const IdKind ids = options.random_ids ? IdKind::kRandom : IdKind::kOrdered;
  uint64_t end = events->size();
  if (options.count > 0) end = std::min(end, options.first + options.count);
  std::vector<grpc::ByteBuffer> requests;
  v1::IngestEventsRequest request;
  for (uint64_t i = options.first; i < end; ++i) {
    *request.add_events() = ToMessage(ToIncoming((*events)[i], i, ids));
    const bool is_full =
        request.events_size() == static_cast<int>(options.batch);
    if (!is_full && i + 1 < end) continue;
    request.set_origin("shop");
    requests.push_back(ToBytes(request));
    request.Clear();
  }
  event_count = end - std::min(end, options.first);
  return requests;
}

void Ingest(const std::string& server, const IngestOptions& options) {
  uint64_t event_count = 0;
  const std::vector<grpc::ByteBuffer> requests =
      MakeRequests(options, event_count);
  std::vector<grpc::ByteBuffer> answers;
  const CallTimes times = MakeCalls(
      OpenChannels(server, 1),
      {"/audienced.v1.EventService/IngestEvents", &requests, requests.size(),
       options.in_flight},
      [&](grpc::ByteBuffer answer) { answers.push_back(std::move(answer)); });
  int64_t accepted = 0, duplicates = 0, refused = 0;
  for (const grpc::ByteBuffer& bytes : answers) {
    v1::IngestEventsResponse answer;
    FromBytes(bytes, answer);
    accepted += answer.accepted_count();
    duplicates += answer.duplicate_count();
    refused += answer.refused_count();
  }
  std::printf(
      "{\"events\": %llu, \"seconds\": %.4f, \"per_second\": %.0f, "
      "\"batch_p50_ms\": %.3f, \"batch_p99_ms\": %.3f, \"accepted\": %lld, "
      "\"duplicates\": %lld, \"refused\": %lld}\n",
      static_cast<unsigned long long>(event_count), times.seconds,
      static_cast<double>(event_count) / times.seconds,
      Quantile(times.milliseconds, 0.5), Quantile(times.milliseconds, 0.99),
      static_cast<long long>(accepted), static_cast<long long>(duplicates),
      static_cast<long long>(refused));
}

}  // namespace

void AddIngestCommand(CLI::App& app, const std::string& server) {
  auto options = std::make_shared<IngestOptions>();
  CLI::App* command = app.add_subcommand("ingest", "Sends events.");
  command->add_option("--events", options->events, "The file of events.")
      ->required();
  command->add_option("--first", options->first, "The first one to send.");
  command->add_option("--count", options->count, "How many; default: all.");
  command->add_option("--batch", options->batch, "Events in a call.");
  command->add_option("--in-flight", options->in_flight, "Calls at a time.");
  command->add_flag("--random-ids", options->random_ids,
                    "Ids that do not grow with time.");
  command->callback([&server, options] { Ingest(server, *options); });
}

}  // namespace audienced::benchmark_shop
