#ifndef AUDIENCED_DAEMON_CTL_SYNC_SYNC_RUN_H_
#define AUDIENCED_DAEMON_CTL_SYNC_SYNC_RUN_H_

#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "daemon/ctl/sync/follower.h"
#include "daemon/ctl/sync/state/sync_state.h"
#include "daemon/ctl/sync/target/dead_letters.h"
#include "daemon/ctl/sync/target/target.h"

namespace audienced {

// A sync at work: one thread follows the audience and writes what it hears into
// the state, the caller's delivers what waits there. So a target that is away
// does not stop the one, nor a daemon that is away the other.
class SyncRun {
 public:
  struct Outcome {
    // OK: ended because it was asked to, or is in sync.
    absl::Status status;
    int64_t delivered = 0;
    int64_t refused = 0;
  };

  // Borrows its arguments. `once`: it ends when all is delivered that there was
  // when it began; without that it ends with Stop() or an error.
  SyncRun(Follower& follower, SyncState& state, Target& target,
          const DeadLetters& dead_letters, bool once);

  // Once.
  Outcome Run();

  // Ends the run after the request that is under way. From any thread.
  void Stop();

 private:
  // Delivers until there is nothing more to come.
  absl::Status DeliverAll();
  // One batch, as often as it takes.
  absl::Status DeliverBatch(const DeliveryBatch& batch);
  absl::Status Finish(const DeliveryBatch& batch, const DeliveryResult& result);
  // Waits before the next try; false where the run is over instead.
  bool Wait(absl::Duration delay) ABSL_LOCKS_EXCLUDED(mutex_);
  bool over() const ABSL_LOCKS_EXCLUDED(mutex_);
  bool followed() const ABSL_LOCKS_EXCLUDED(mutex_);

  Follower& follower_;
  SyncState& state_;
  Target& target_;
  const DeadLetters& dead_letters_;
  const bool once_;
  Outcome outcome_;

  mutable absl::Mutex mutex_;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;
  bool followed_ ABSL_GUARDED_BY(mutex_) = false;  // the follower has ended
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_SYNC_RUN_H_
