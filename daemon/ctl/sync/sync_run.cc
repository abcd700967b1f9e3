#include "daemon/ctl/sync/sync_run.h"

#include <algorithm>
#include <random>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr absl::Duration kFirstDelay = absl::Milliseconds(500);
constexpr absl::Duration kLongestDelay = absl::Minutes(1);
// How long `--once` tries on without getting anything through.
constexpr absl::Duration kPatienceOnce = absl::Minutes(5);
// How often `--once` looks whether the follower has ended.
constexpr absl::Duration kLook = absl::Milliseconds(100);

// Twice as long each time, between half and all of it, so that many who failed
// together do not come together again.
absl::Duration DelayOf(int attempt, absl::Duration asked_for) {
  static std::mt19937 generator{std::random_device()()};
  absl::Duration delay = kFirstDelay;
  for (int i = 1; i < attempt && delay < kLongestDelay; ++i) delay *= 2;
  delay = std::min(delay, kLongestDelay) *
          std::uniform_real_distribution<double>(0.5, 1)(generator);
  return std::max(delay, asked_for);
}

}  // namespace

SyncRun::SyncRun(Follower& follower, SyncState& state, Target& target,
                 const DeadLetters& dead_letters, bool once)
    : follower_(follower),
      state_(state),
      target_(target),
      dead_letters_(dead_letters),
      once_(once) {}

SyncRun::Outcome SyncRun::Run() {
  absl::Status followed;
  std::thread following([this, &followed] {
    followed = once_ ? follower_.CatchUp() : follower_.Follow();
    {
      absl::MutexLock lock(&mutex_);
      followed_ = true;
    }
    if (!once_) Stop();  // it is an error
  });
  outcome_.status = DeliverAll();
  Stop();
  following.join();
  if (outcome_.status.ok()) outcome_.status = followed;
  return outcome_;
}

void SyncRun::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    over_ = true;
  }
  follower_.Stop();
  state_.Wake();
}

absl::Status SyncRun::DeliverAll() {
  while (!over()) {
    const bool is_last_look = followed();
    const absl::Duration most = is_last_look ? absl::ZeroDuration()
                                : once_      ? kLook
                                             : absl::InfiniteDuration();
    if (state_.WaitForDeliveries(most)) {
      const absl::StatusOr<DeliveryBatch> batch =
          state_.NextBatch(target_.limits());
      if (!batch.ok()) return batch.status();
      if (absl::Status status = DeliverBatch(*batch); !status.ok()) {
        return status;
      }
    } else if (is_last_look) {
      break;
    }
  }
  return absl::OkStatus();
}

absl::Status SyncRun::DeliverBatch(const DeliveryBatch& batch) {
  const absl::Time began = SteadyNow();
  for (int attempt = 1;; ++attempt) {
    const DeliveryResult result = target_.Deliver(batch);
    if (result.status.ok()) {
      if (attempt > 1) PrintError("the target takes deliveries again");
      return Finish(batch, result);
    }
    if (!absl::IsUnavailable(result.status)) return result.status;
    if (once_ && SteadyNow() - began > kPatienceOnce) return result.status;
    if (attempt == 1) {
      PrintError(Concat(std::string(result.status.message()), "; ",
                        Grouped(state_.waiting_count()),
                        " waiting, trying on"));
    }
    if (!Wait(DelayOf(attempt, result.retry_delay))) return absl::OkStatus();
  }
}

absl::Status SyncRun::Finish(const DeliveryBatch& batch,
                             const DeliveryResult& result) {
  if (absl::Status kept = dead_letters_.Add(result.refused); !kept.ok()) {
    return kept;
  }
  if (absl::Status status = state_.FinishBatch(result.files); !status.ok()) {
    return status;
  }
  const auto refused = static_cast<int64_t>(result.refused.size());
  outcome_.refused += refused;
  outcome_.delivered += static_cast<int64_t>(batch.deliveries.size()) - refused;
  if (refused > 0) {
    PrintError(Concat("the target refused ", Counted(refused, "change"),
                      "; see ", dead_letters_.path()));
  }
  return absl::OkStatus();
}

bool SyncRun::Wait(absl::Duration delay) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&over_), delay);
  return !over_;
}

bool SyncRun::over() const {
  absl::MutexLock lock(&mutex_);
  return over_;
}

bool SyncRun::followed() const {
  absl::MutexLock lock(&mutex_);
  return followed_;
}

}  // namespace audienced
