#ifndef AUDIENCED_DAEMON_LOGGING_REPEAT_LIMITER_H_
#define AUDIENCED_DAEMON_LOGGING_REPEAT_LIMITER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"

namespace audienced {

// Keeps a message that repeats fast from filling the log: of each name at most
// kRepeatLimit pass in kRepeatPeriod. Not thread-safe.
class RepeatLimiter {
 public:
  static constexpr int kRepeatLimit = 10;
  static constexpr absl::Duration kRepeatPeriod = absl::Seconds(10);
  // Names known at most; beyond it all are forgotten and begin anew.
  static constexpr size_t kNameLimit = 1000;

  // Absent: leave this message out. Else write it, and say that so many were
  // left out before it.
  std::optional<int64_t> Admit(const std::string& name, absl::Time now);

 private:
  struct Period {
    absl::Time begin;
    int64_t admitted = 0;
    int64_t suppressed = 0;
  };

  absl::flat_hash_map<std::string, Period> periods_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_LOGGING_REPEAT_LIMITER_H_
