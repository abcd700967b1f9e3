#include "daemon/service/event_service.h"

#include <memory>
#include <utility>
#include <vector>

#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

constexpr char kIngestEvents[] = "IngestEvents";

}  // namespace

EventService::EventService(const Stages& stages, IngestLimits limits)
    : stages_(stages), limits_(limits) {}

grpc::ServerUnaryReactor* EventService::IngestEvents(
    grpc::CallbackServerContext* context,
    const v1::IngestEventsRequest* request,
    v1::IngestEventsResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto finish = [reactor](const absl::Status& status) {
    reactor->Finish(ToGrpcStatus(status, kIngestEvents));
    return reactor;
  };
  const absl::StatusOr<std::string> origin = OriginOf(request->origin());
  if (!origin.ok()) return finish(origin.status());
  absl::StatusOr<EventBatch> made = EventBatch::Make(
      request->events(), *origin, stages_.clock.Now(), limits_);
  if (!made.ok()) return finish(made.status());
  const auto batch = std::make_shared<EventBatch>(*std::move(made));
  if (request->validate_only()) {
    batch->AcceptAll();
    batch->Fill(*response);
    return finish(absl::OkStatus());
  }
  IngestBatch ingest;
  ingest.events = batch->TakeEvents();
  ingest.backfill = request->backfill();
  ingest.done = [this, batch, response,
                 finish](absl::StatusOr<std::vector<EventOutcome>> outcomes) {
    if (!outcomes.ok()) {
      finish(outcomes.status());
      return;
    }
    batch->SetOutcomes(*outcomes);
    batch->Fill(*response);
    const absl::Time through = stages_.pipeline.EvaluatedThrough();
    if (IsInstant(through)) {
      *response->mutable_evaluated_through_time() = ToTimestamp(through);
    }
    finish(absl::OkStatus());
  };
  if (ingest.events.empty()) {
    ingest.done(std::vector<EventOutcome>());
    return reactor;
  }
  const absl::Status submitted = stages_.pipeline.Submit(std::move(ingest));
  return submitted.ok() ? reactor : finish(submitted);
}

grpc::ServerBidiReactor<v1::StreamEventsRequest, v1::StreamEventsResponse>*
EventService::StreamEvents(grpc::CallbackServerContext*) {
  std::shared_ptr<EventStream> stream =
      EventStream::Make(stages_, limits_, [this](EventStream* done) {
        absl::MutexLock lock(&mutex_);
        streams_.erase(done);
      });
  bool closed = false;
  {
    absl::MutexLock lock(&mutex_);
    streams_.emplace(stream.get(), stream);
    closed = closed_;
  }
  stream->Begin();
  if (closed) stream->Close(ShuttingDown());
  return stream.get();
}

void EventService::CloseStreams() {
  std::vector<std::shared_ptr<EventStream>> streams;
  {
    absl::MutexLock lock(&mutex_);
    closed_ = true;
    for (const auto& [key, stream] : streams_) streams.push_back(stream);
  }
  for (const auto& stream : streams) stream->Close(ShuttingDown());
}

}  // namespace audienced
