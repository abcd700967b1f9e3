#ifndef AUDIENCED_DAEMON_SERVICE_CALL_CALL_COUNT_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_CALL_COUNT_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace audienced {

// How many calls are under way. Thread-safe.
class CallCount {
 public:
  void Begin() { Add(1); }
  void End() { Add(-1); }

  // Waits until none is, at most until `give_up`.
  void WaitUntilNone(absl::Time give_up) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithDeadline(absl::Condition(this, &CallCount::IsNone),
                             give_up);
  }

 private:
  void Add(int calls) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    count_ += calls;
  }
  bool IsNone() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return count_ == 0; }

  absl::Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_CALL_COUNT_H_
