#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_EVENT_BATCHES_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_EVENT_BATCHES_H_

#include <cstdint>
#include <deque>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "daemon/ingest/event_file.h"
#include "daemon/ingest/incoming_event.h"

namespace audienced {

// Some events of a file, in its order.
struct EventBatch {
  std::vector<IncomingEvent> events;  // none: the file is at its end
  int64_t bytes_read = 0;             // of the file, so far
  // What kept the file from being read on, behind `events`.
  absl::Status status;
};

// Reads a file of events on a thread of its own: lines are taken apart there,
// while what they say is put into histories here. Memory stays bounded.
class EventBatches {
 public:
  // Borrows `file`, which nobody else may use until this object is gone.
  explicit EventBatches(EventFile& file);
  // Reads no further.
  ~EventBatches();

  EventBatches(const EventBatches&) = delete;
  EventBatches& operator=(const EventBatches&) = delete;

  // Waits for the next events. Not to be asked again behind the end or a fault.
  EventBatch Next();

 private:
  void Read();
  EventBatch ReadBatch();

  bool HasBatch() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !batches_.empty();
  }
  bool MayGoOn() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  EventFile& file_;
  absl::Mutex mutex_;
  std::deque<EventBatch> batches_ ABSL_GUARDED_BY(mutex_);
  bool is_over_ ABSL_GUARDED_BY(mutex_) = false;  // nobody takes any more
  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_EVENT_BATCHES_H_
