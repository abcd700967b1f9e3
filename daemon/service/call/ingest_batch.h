#ifndef AUDIENCED_DAEMON_SERVICE_CALL_INGEST_BATCH_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_INGEST_BATCH_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "audienced/v1/event_service.pb.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/service/conversion/event_conversion.h"

namespace audienced {

// What one request may hold, as configured.
struct IngestLimits {
  int64_t event_limit_bytes = 64 << 10;
  int64_t batch_event_limit = 1000;
};

// The events of one request on their way through the pipeline: those that can
// be taken, and for each event of the request its result.
class EventBatch {
 public:
  // INVALID_ARGUMENT where the request as a whole breaks a limit.
  static absl::StatusOr<EventBatch> Make(
      const google::protobuf::RepeatedPtrField<v1::Event>& events,
      const std::string& origin, absl::Time received_at,
      const IngestLimits& limits);

  // The events to submit, moved out. May be none: all are refused.
  std::vector<IncomingEvent> TakeEvents() { return std::move(events_); }

  // Adds what the pipeline said, one outcome for each event taken, and counts
  // these, and the others as refused.
  void SetOutcomes(const std::vector<EventOutcome>& outcomes,
                   EventCounts& counts);
  // As if the pipeline had stored all of them.
  void AcceptAll();

  // Fills results and counts of an IngestEventsResponse or a
  // StreamEventsResponse. Call once.
  template <typename Response>
  void Fill(Response& response);

 private:
  explicit EventBatch(std::string origin) : origin_(std::move(origin)) {}

  std::string origin_;
  std::vector<IncomingEvent> events_;
  std::vector<size_t> places_;  // in results_, of each event taken
  std::vector<v1::EventResult> results_;
};

template <typename Response>
void EventBatch::Fill(Response& response) {
  int counts[v1::EventResult::Status_ARRAYSIZE] = {};
  response.mutable_results()->Reserve(static_cast<int>(results_.size()));
  for (v1::EventResult& result : results_) {
    ++counts[result.status()];
    *response.add_results() = std::move(result);
  }
  response.set_accepted_count(counts[v1::EventResult::STATUS_ACCEPTED]);
  response.set_duplicate_count(counts[v1::EventResult::STATUS_DUPLICATE]);
  response.set_refused_count(counts[v1::EventResult::STATUS_REFUSED]);
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_INGEST_BATCH_H_
