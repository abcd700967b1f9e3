#ifndef AUDIENCED_DAEMON_PIPELINE_EVENT_COMMIT_H_
#define AUDIENCED_DAEMON_PIPELINE_EVENT_COMMIT_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/ingest/incoming_event.h"
#include "daemon/pipeline/commit_builder.h"
#include "daemon/store/records.h"
#include "rules/history/instant.h"

namespace audienced {

// Events that are acknowledged together.
struct IngestBatch {
  std::vector<IncomingEvent> events;
  // History that is filled in: entries that follow are marked `existing`.
  bool backfill = false;
  // Called once, from the pipeline's thread: one outcome an event, all durable
  // and evaluated; or kUnavailable: nothing was stored.
  std::function<void(absl::StatusOr<std::vector<EventOutcome>>)> done;
};

// A position of a subscription that is to be committed.
struct Acknowledgement {
  using Done = std::function<void(absl::StatusOr<SubscriptionRecord>)>;

  SubscriptionName name;
  StreamPositions positions;
  Done done;
};

// Events on their way into one commit.
struct EventCommit {
  CommitBuilder builder;
  Instant begun_at;
  int64_t event_count = 0;
  std::vector<IngestBatch> batches = {};
  std::vector<std::vector<EventOutcome>> outcomes = {};  // of each batch
  std::vector<Acknowledgement> acknowledgements = {};
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_EVENT_COMMIT_H_
