#include "daemon/access/call_limiter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "daemon/ingest/error_reason.h"

namespace audienced {

CallLimiter::CallLimiter(CallLimits limits)
    : limits_(limits),
      allowance_(static_cast<double>(limits.requests_per_second)) {}

absl::Status CallLimiter::Begin(Ticks::time_point now) {
  absl::MutexLock lock(&mutex_);
  if (limits_.concurrent_calls > 0 && running_ >= limits_.concurrent_calls) {
    return WithReason(absl::ResourceExhaustedError(absl::StrCat(
                          "the client has ", running_,
                          " calls under way; at "
                          "most ",
                          limits_.concurrent_calls, " are served")),
                      v1::ERROR_REASON_TOO_MANY_CALLS,
                      {{"limit", absl::StrCat(limits_.concurrent_calls)}});
  }
  if (limits_.requests_per_second > 0) {
    const auto rate = static_cast<double>(limits_.requests_per_second);
    const std::chrono::duration<double> passed = now - counted_at_;
    allowance_ = std::min(rate, allowance_ + passed.count() * rate);
    counted_at_ = now;
    if (allowance_ < 1) {
      return WithRetryDelay(
          WithReason(absl::ResourceExhaustedError(absl::StrCat(
                         "the client makes more than ",
                         limits_.requests_per_second, " calls a second")),
                     v1::ERROR_REASON_RATE_LIMITED,
                     {{"limit", absl::StrCat(limits_.requests_per_second)}}),
          absl::Seconds((1 - allowance_) / rate));
    }
    --allowance_;
  }
  ++running_;
  return absl::OkStatus();
}

void CallLimiter::End() {
  absl::MutexLock lock(&mutex_);
  --running_;
}

}  // namespace audienced
