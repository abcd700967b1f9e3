#include "daemon/service/event_service.h"

#include <memory>
#include <utility>
#include <vector>

#include "daemon/ingest/error_reason.h"
#include "daemon/service/call/message_bytes.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {

EventService::EventService(const Entrance& entrance, IngestLimits limits)
    : entrance_(entrance), limits_(limits) {}

grpc::ServerUnaryReactor* EventService::IngestEvents(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
    grpc::ByteBuffer* response) {
  const std::shared_ptr<PendingCall> call = PendingCall::Begin(
      entrance_, *context, "EventService.IngestEvents", calls_);
  if (!call->is_admitted()) return call.get();
  v1::IngestEventsRequest asked;
  absl::Status begun = ParseMessage(*request, asked);
  if (begun.ok()) begun = Ingest(call, asked, *response);
  if (!begun.ok()) call->End(begun);
  return call.get();
}

absl::Status EventService::Ingest(const std::shared_ptr<PendingCall>& call,
                                  const v1::IngestEventsRequest& request,
                                  grpc::ByteBuffer& response) {
  const absl::StatusOr<std::string> origin = OriginOf(request.origin());
  if (!origin.ok()) return origin.status();
  absl::StatusOr<EventBatch> made = EventBatch::Make(
      request.events(), *origin, entrance_.stages().clock.Now(), limits_);
  if (!made.ok()) return made.status();
  const auto batch = std::make_shared<EventBatch>(*std::move(made));
  if (request.validate_only()) {
    batch->AcceptAll();
    call->End(absl::OkStatus(), [&] {
      v1::IngestEventsResponse answer;
      batch->Fill(answer);
      response = ToBytes(answer);
    });
    return absl::OkStatus();
  }
  IngestBatch ingest;
  ingest.events = batch->TakeEvents();
  ingest.backfill = request.backfill();
  ingest.done = [this, call, batch, &response](
                    absl::StatusOr<std::vector<EventOutcome>> outcomes) {
    if (outcomes.ok()) {
      batch->SetOutcomes(*outcomes, entrance_.stages().pipeline.event_counts());
    }
    call->End(outcomes.status(), [&] {
      v1::IngestEventsResponse answer;
      batch->Fill(answer);
      const absl::Time through = entrance_.stages().pipeline.EvaluatedThrough();
      if (IsInstant(through)) {
        *answer.mutable_evaluated_through_time() = ToTimestamp(through);
      }
      response = ToBytes(answer);
    });
  };
  if (ingest.events.empty()) {
    ingest.done(std::vector<EventOutcome>());
    return absl::OkStatus();
  }
  return entrance_.stages().pipeline.Submit(std::move(ingest));
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>*
EventService::StreamEvents(grpc::CallbackServerContext* context) {
  absl::StatusOr<AdmissionPtr> admission =
      Admit(entrance_, *context, "EventService.StreamEvents");
  std::shared_ptr<EventStream> stream = EventStream::Make(
      entrance_, limits_, admission.ok() ? *admission : nullptr,
      [this](EventStream* done) {
        absl::MutexLock lock(&mutex_);
        streams_.erase(done);
        calls_.End();
      });
  calls_.Begin();
  bool closed = false;
  {
    absl::MutexLock lock(&mutex_);
    streams_.emplace(stream.get(), stream);
    closed = closed_;
  }
  if (admission.ok()) {
    stream->Begin();
  } else {
    stream->Refuse(admission.status());
  }
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
