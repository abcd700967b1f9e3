#include "daemon/service/call/entrance.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "daemon/ingest/error_reason.h"

namespace audienced {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);

}  // namespace

void Entrance::Open(const Stages& stages) {
  stages_.emplace(stages);
  is_open_.store(true, std::memory_order_release);
}

absl::Status Entrance::Check() const {
  if (is_open()) return absl::OkStatus();
  return WithRetryDelay(
      WithReason(absl::UnavailableError(
                     absl::StrCat("the daemon is starting: ", progress_())),
                 v1::ERROR_REASON_STARTING),
      kRetryDelay);
}

}  // namespace audienced
