#ifndef AUDIENCED_DAEMON_START_PROGRESS_H_
#define AUDIENCED_DAEMON_START_PROGRESS_H_

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace audienced {

// How far the start is, for those who ask meanwhile. Thread-safe.
class StartProgress {
 public:
  // `what` is being done: `starting the private database`.
  void Begin(std::string what) ABSL_LOCKS_EXCLUDED(mutex_);
  // `done` of `total` profiles are loaded.
  void SetLoaded(int64_t done, int64_t total) ABSL_LOCKS_EXCLUDED(mutex_);
  // Everything is up. What was written before is seen by who finds it so.
  void Finish() ABSL_LOCKS_EXCLUDED(mutex_);

  bool is_finished() const ABSL_LOCKS_EXCLUDED(mutex_);
  // `loading: 312,000 of 1,000,000 profiles`.
  std::string Text() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  std::string what_ ABSL_GUARDED_BY(mutex_) = "beginning";
  int64_t loaded_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t total_ ABSL_GUARDED_BY(mutex_) = 0;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_START_PROGRESS_H_
