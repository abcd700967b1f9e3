#include "daemon/logging/repeat_limiter.h"

namespace audienced {

std::optional<int64_t> RepeatLimiter::Admit(const std::string& name,
                                            absl::Time now) {
  if (periods_.size() >= kNameLimit && !periods_.contains(name)) {
    periods_.clear();
  }
  Period& period = periods_.try_emplace(name, Period{now}).first->second;
  // A clock that was set back begins a new period too.
  if (now >= period.begin + kRepeatPeriod || now < period.begin) {
    const int64_t suppressed = period.suppressed;
    period = {now, 1, 0};
    return suppressed;
  }
  if (period.admitted >= kRepeatLimit) {
    ++period.suppressed;
    return std::nullopt;
  }
  ++period.admitted;
  return 0;
}

}  // namespace audienced
