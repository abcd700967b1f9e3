#ifndef AUDIENCED_DAEMON_PIPELINE_COMMIT_WRITER_H_
#define AUDIENCED_DAEMON_PIPELINE_COMMIT_WRITER_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "daemon/store/records.h"
#include "daemon/store/store.h"

namespace audienced {

// Writes one commit at a time on a thread of its own, so that the pipeline can
// gather the next one meanwhile. While it writes, nobody else may call the
// writing side of the store. Used by one thread.
class CommitWriter {
 public:
  // `on_written` is called on the writer's thread whenever something is written
  // or has failed. Borrows `store`.
  CommitWriter(Store& store, std::function<void()> on_written);
  // Waits for what is being written.
  ~CommitWriter();

  // Begins to write. Borrows `rows` until it is written. Not while something
  // else is being written.
  void Begin(const CommitBatch& rows) ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether nothing is being written. Thread-safe.
  bool is_idle() const ABSL_LOCKS_EXCLUDED(mutex_);

  // What Store::Commit() said of the last that was begun; waits for it.
  absl::Status Wait() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasTask() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return rows_ != nullptr || is_ending_;
  }
  bool HasNothing() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return rows_ == nullptr;
  }

  Store& store_;
  const std::function<void()> on_written_;
  mutable absl::Mutex mutex_;
  const CommitBatch* rows_ ABSL_GUARDED_BY(mutex_) = nullptr;  // being written
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  bool is_ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all others
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_COMMIT_WRITER_H_
