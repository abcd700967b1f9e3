#include "daemon/service/call/ingest_batch.h"

#include <utility>

#include "daemon/ingest/error_reason.h"

namespace audienced {
namespace {

// The field that the pipeline finds fault with.
const char* FieldOf(v1::ErrorReason reason) {
  switch (reason) {
    case v1::ERROR_REASON_FUTURE_EVENT:
    case v1::ERROR_REASON_BEYOND_RETENTION:
    case v1::ERROR_REASON_PROFILE_ERASED:
      return "occurred_time";
    case v1::ERROR_REASON_BLOCKED_IDENTIFIER:
      return "identifiers";
    default:
      return "";
  }
}

v1::EventResult ResultOf(const EventOutcome& outcome) {
  v1::EventResult result;
  switch (outcome.kind) {
    case EventOutcome::Kind::kStored:
      result.set_status(v1::EventResult::STATUS_ACCEPTED);
      for (const DroppedIdentifier& dropped : outcome.dropped) {
        v1::DroppedIdentifier& told = *result.add_dropped_identifiers();
        told.set_kind(dropped.kind);
        told.set_reason(ParseReasonName(dropped.reason));
      }
      break;
    case EventOutcome::Kind::kDuplicate:
      result.set_status(v1::EventResult::STATUS_DUPLICATE);
      break;
    case EventOutcome::Kind::kRefused:
      result.set_status(v1::EventResult::STATUS_REFUSED);
      result.set_reason(ParseReasonName(outcome.reason));
      result.set_message(outcome.message);
      result.set_field(FieldOf(result.reason()));
      break;
  }
  return result;
}

}  // namespace

absl::StatusOr<EventBatch> EventBatch::Make(
    const google::protobuf::RepeatedPtrField<v1::Event>& events,
    const std::string& origin, absl::Time received_at,
    const IngestLimits& limits) {
  const absl::Status size =
      CheckBatchSize(events.size(), limits.batch_event_limit);
  if (!size.ok()) return size;
  const Arrival arrival{origin, received_at, limits.event_limit_bytes};
  EventBatch batch(origin);
  batch.results_.resize(events.size());
  batch.events_.reserve(events.size());
  batch.places_.reserve(events.size());
  for (int i = 0; i < events.size(); ++i) {
    absl::StatusOr<IncomingEvent> event = ToIncomingEvent(events[i], arrival);
    if (event.ok()) {
      batch.events_.push_back(*std::move(event));
      batch.places_.push_back(i);
    } else {
      batch.results_[i] = RefusedResult(event.status());
    }
  }
  return batch;
}

void EventBatch::SetOutcomes(const std::vector<EventOutcome>& outcomes,
                             EventCounts& counts) {
  for (const v1::EventResult& result : results_) {
    if (result.status() == v1::EventResult::STATUS_REFUSED) {
      counts.AddRefused(origin_, ReasonName(result.reason()), 1);
    }
  }
  counts.Add(origin_, outcomes);
  for (size_t i = 0; i < outcomes.size() && i < places_.size(); ++i) {
    results_[places_[i]] = ResultOf(outcomes[i]);
  }
}

void EventBatch::AcceptAll() {
  for (const size_t place : places_) {
    results_[place].set_status(v1::EventResult::STATUS_ACCEPTED);
  }
}

}  // namespace audienced
