#ifndef AUDIENCED_DAEMON_PIPELINE_FRESHNESS_H_
#define AUDIENCED_DAEMON_PIPELINE_FRESHNESS_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "daemon/system/clock.h"
#include "rules/history/instant.h"

namespace audienced {

// How far memberships are evaluated, and whether that keeps up with the time.
//
// While nothing is due and nothing is at work, what is published holds at every
// instant: it is evaluated through now, and costs nothing. A deadline that has
// come, or work that has begun, holds that instant until it is done. So the
// distance to the present, the lag, says everything: too many deadlines at
// once, a commit that hangs in a locked table, a database that is gone.
//
// The pipeline's thread tells what it does; anyone may ask. Thread-safe.
class Freshness {
 public:
  // A lag of more than `max_lag` is not fresh. Borrows `clock`.
  Freshness(const Clock& clock, absl::Duration max_lag)
      : clock_(clock), max_lag_(max_lag) {}

  // --- What the pipeline does ------------------------------------------------

  // Goes to work on what came in or is due at `now`.
  void Begin(Instant now) ABSL_LOCKS_EXCLUDED(mutex_);
  // Has published everything through `through`; the first instant that is left
  // is `next_deadline`. Work goes on.
  void Publish(Instant through, Instant next_deadline)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Has done what there was, and waits.
  void Rest(Instant next_deadline) ABSL_LOCKS_EXCLUDED(mutex_);
  // OK while commits work, else what keeps them from it.
  void SetHealth(absl::Status health) ABSL_LOCKS_EXCLUDED(mutex_);

  // --- What it means ---------------------------------------------------------

  absl::Status health() const ABSL_LOCKS_EXCLUDED(mutex_);

  // The instant (included) through which what is published is evaluated. Does
  // not go back. InfinitePast() before the first Publish() or Rest().
  absl::Time EvaluatedThrough() const ABSL_LOCKS_EXCLUDED(mutex_);

  // How far that is behind the clock.
  absl::Duration Lag() const ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Duration max_lag() const { return max_lag_; }

  // OK while it is fresh; else why it is not.
  absl::Status Check() const ABSL_LOCKS_EXCLUDED(mutex_);

  // The last fault that SetHealth() was told; time and text are empty before
  // the first.
  struct Fault {
    absl::Time time = absl::InfinitePast();
    std::string message;
  };
  Fault last_fault() const ABSL_LOCKS_EXCLUDED(mutex_);

  // For one thread: waits until Check() is OK where it was not, or the other
  // way round. False when StopWaiting() was called. While nothing is due it
  // sleeps without end, else until what is due would be too late.
  bool WaitWhile(bool fresh) ABSL_LOCKS_EXCLUDED(mutex_);
  void StopWaiting() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  // The first instant that is not published yet.
  Instant Held() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Instant Through(Instant now) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Duration LagAt(absl::Time now) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  absl::Status CheckAt(absl::Time now) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // When it will not be fresh if nothing changes.
  absl::Time TooLateAt() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // Wakes the waiting thread where what it waits for may have come.
  void Wake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  const absl::Duration max_lag_;

  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);
  Fault last_fault_ ABSL_GUARDED_BY(mutex_);
  Instant published_through_ ABSL_GUARDED_BY(mutex_) = Instant::Never();
  Instant next_deadline_ ABSL_GUARDED_BY(mutex_) = Instant::Forever();
  // When the work began that is under way; Forever: none.
  Instant at_work_since_ ABSL_GUARDED_BY(mutex_) = Instant::Never();
  // Until when the waiting thread sleeps; InfinitePast(): it wants to know of
  // everything.
  absl::Time sleeps_until_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_FRESHNESS_H_
