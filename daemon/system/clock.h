#ifndef AUDIENCED_DAEMON_SYSTEM_CLOCK_H_
#define AUDIENCED_DAEMON_SYSTEM_CLOCK_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "daemon/system/folder_notices.h"

namespace audienced {

// The one source of time of the daemon. Thread-safe.
//
// Instants are whole microseconds and never go back within a process: where the
// time of the machine is set back, the clock stands still until it is reached
// again.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual absl::Time Now() const = 0;

  // Returns when `condition` was signalled, when Now() >= `deadline`, or for no
  // reason: callers ask their own condition again, in a loop. `mutex` is held
  // on entry and on return, and is free while waiting. InfiniteFuture() waits
  // for the signal alone and costs nothing meanwhile.
  virtual void Wait(absl::CondVar& condition, absl::Mutex& mutex,
                    absl::Time deadline) const = 0;

  // Whether time is stepped by a test. Such a daemon warns at start and serves
  // on loopback only.
  virtual bool is_test_clock() const = 0;
};

// The time of the machine.
class SystemClock : public Clock {
 public:
  absl::Time Now() const override;
  void Wait(absl::CondVar& condition, absl::Mutex& mutex,
            absl::Time deadline) const override;
  bool is_test_clock() const override { return false; }

 private:
  mutable std::atomic<int64_t> latest_micros_{0};
};

// The time that stands in a file, as one RFC 3339 timestamp: it stands still
// until the file is written again. What is no timestamp (the file is just being
// written) or lies before the latest reading is passed over. Now() asks whether
// anything was written to the folder of the file, and reads the file where it
// was, so that it is never behind a finished write, in place or by a file that
// replaces it; the file must be no link. Waiting looks every kPollInterval.
class FileClock : public Clock {
 public:
  static constexpr absl::Duration kPollInterval = absl::Milliseconds(5);

  // kInvalidArgument where the file cannot be read or holds no timestamp; fails
  // too where the system does not watch its folder.
  static absl::StatusOr<std::unique_ptr<FileClock>> Open(std::string path);

  absl::Time Now() const override ABSL_LOCKS_EXCLUDED(mutex_);
  void Wait(absl::CondVar& condition, absl::Mutex& mutex,
            absl::Time deadline) const override;
  bool is_test_clock() const override { return true; }

 private:
  FileClock(std::string path, FolderNotices folder, absl::Time start);

  const std::string path_;
  mutable absl::Mutex mutex_;
  mutable FolderNotices folder_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Time latest_ ABSL_GUARDED_BY(mutex_);
};

// The clock of a process: that of the file which the environment variable
// AUDIENCED_TEST_CLOCK names, with a warning in the log, else the machine's.
absl::StatusOr<std::unique_ptr<Clock>> OpenClock();

inline constexpr char kTestClockVariable[] = "AUDIENCED_TEST_CLOCK";

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_CLOCK_H_
