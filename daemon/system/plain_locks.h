#ifndef AUDIENCED_DAEMON_SYSTEM_PLAIN_LOCKS_H_
#define AUDIENCED_DAEMON_SYSTEM_PLAIN_LOCKS_H_

#include "absl/synchronization/mutex.h"

namespace audienced {

// Debian builds Abseil with its checks: each lock of a mutex, gRPC's too, would
// search for deadlocks, which costs more than the lock. To be called once, at
// the start of a program.
inline void UsePlainLocks() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_PLAIN_LOCKS_H_
