#ifndef AUDIENCED_DAEMON_PIPELINE_EVENT_COUNTS_H_
#define AUDIENCED_DAEMON_PIPELINE_EVENT_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "daemon/ingest/incoming_event.h"
#include "daemon/pipeline/commit_builder.h"

namespace audienced {

// What became of the events that came since the start, by who sent them and
// why. Thread-safe.
class EventCounts {
 public:
  // Senders choose their origins. So many are told apart; what comes from
  // further ones is counted as of `other`.
  static constexpr size_t kOriginLimit = 50;
  static constexpr char kOtherOrigins[] = "other";

  // Events of one origin with the same outcome for the same reason.
  struct Row {
    std::string origin;
    EventOutcome::Kind outcome = EventOutcome::Kind::kStored;
    // EventOutcome::reason; of a stored event why an identifier was dropped,
    // the first one. May be empty.
    std::string reason;
    int64_t events = 0;
    int64_t late = 0;  // of these, stored later than late_after
  };

  // What became of events of `origin`, all committed.
  void Add(const std::string& origin, const std::vector<EventOutcome>& outcomes)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // `events` of `origin` that were refused for their form and never came to the
  // pipeline.
  void AddRefused(const std::string& origin, std::string_view reason,
                  int64_t events) ABSL_LOCKS_EXCLUDED(mutex_);

  // By origin, outcome and reason; each has events.
  std::vector<Row> rows() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  using Key = std::tuple<std::string, EventOutcome::Kind, std::string>;
  struct Count {
    int64_t events = 0;
    int64_t late = 0;
  };

  Count& CountOf(const std::string& origin, EventOutcome::Kind outcome,
                 std::string_view reason) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  absl::flat_hash_set<std::string> origins_ ABSL_GUARDED_BY(mutex_);
  std::map<Key, Count> counts_ ABSL_GUARDED_BY(mutex_);
};

// `stored`, `duplicate`, `refused`: as a label of metrics.
std::string_view Name(EventOutcome::Kind outcome);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_EVENT_COUNTS_H_
