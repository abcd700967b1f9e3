#ifndef AUDIENCED_DAEMON_SERVICE_CALL_WORKER_POOL_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace audienced {

// Threads for calls that read the database or evaluate histories: gRPC has only
// a few threads of its own, and they must not wait. Tasks start in the order
// given. Idle threads sleep. Thread-safe.
class WorkerPool {
 public:
  // At most `queue_limit` tasks wait; more are refused.
  WorkerPool(int thread_count, size_t queue_limit);

  // Runs all tasks that were taken, then ends the threads.
  ~WorkerPool();

  // Takes `task` to be run by one of the threads; false, and `task` is never
  // run, when the queue is full.
  bool Post(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits until no task waits or runs, at most until `give_up`.
  void WaitUntilIdle(absl::Time give_up) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !tasks_.empty();
  }
  bool IsIdle() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return running_ == 0 && tasks_.empty();
  }

  const size_t queue_limit_;
  absl::Mutex mutex_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_WORKER_POOL_H_
