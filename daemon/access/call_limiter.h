#ifndef AUDIENCED_DAEMON_ACCESS_CALL_LIMITER_H_
#define AUDIENCED_DAEMON_ACCESS_CALL_LIMITER_H_

#include <chrono>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace audienced {

// What one client may ask for; 0: as much as it likes.
struct CallLimits {
  int64_t requests_per_second = 0;
  int64_t concurrent_calls = 0;
};

// Counts the calls of one client. A client that was silent may make those of
// one second at once. Thread-safe.
class CallLimiter {
 public:
  using Ticks = std::chrono::steady_clock;

  explicit CallLimiter(CallLimits limits);

  // A call begins; where it may, End() is due. kResourceExhausted with
  // RATE_LIMITED and when the next one may come, or with TOO_MANY_CALLS.
  absl::Status Begin(Ticks::time_point now) ABSL_LOCKS_EXCLUDED(mutex_);
  void End() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const CallLimits limits_;
  absl::Mutex mutex_;
  int64_t running_ ABSL_GUARDED_BY(mutex_) = 0;
  double allowance_ ABSL_GUARDED_BY(mutex_);  // calls that may come at once
  Ticks::time_point counted_at_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_ACCESS_CALL_LIMITER_H_
