// How the pipeline writes, and what it does while the database is away.

#include <iterator>
#include <utility>

#include "daemon/ingest/error_reason.h"
#include "daemon/logging/log.h"
#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(500);

}  // namespace

absl::Status Pipeline::DatabaseAway() {
  return WithRetryDelay(
      WithReason(absl::UnavailableError("the database cannot be reached; "
                                        "nothing was stored"),
                 v1::ERROR_REASON_DATABASE_UNAVAILABLE),
      kRetryDelay);
}

// Also where it is known to be away: it may have come back and gone again, and
// is asked once more then.
void Pipeline::LookAfterDatabase() {
  if (is_looking_after_database_.exchange(true)) return;
  absl::MutexLock lock(&mutex_);
  if (stopping_) return;
  commands_.push_back([this](const absl::Status& status) {
    is_looking_after_database_ = false;
    // The writer's own connection says whether it was only the reader's.
    if (status.ok() && absl::IsUnavailable(store_.LoadInstance().status())) {
      RecoverDatabase();
    }
  });
  work_.Signal();
}

// Writes what the builder has made, or nothing.
absl::Status Pipeline::Write(CommitBuilder& builder) {
  return Resolve(store_.Commit(builder.rows()), builder.rows().commit_number);
}

// What became of a commit of which the store said `status`. One in doubt is
// settled before this returns.
absl::Status Pipeline::Resolve(absl::Status status, int64_t commit_number) {
  if (status.code() == absl::StatusCode::kUnknown) {
    freshness_.SetHealth(status);
    LogWarning("pipeline",
               "lost the database while committing; asking it what "
               "became of the commit",
               {});
    absl::StatusOr<bool> happened = absl::UnavailableError("not asked yet");
    while (!happened.ok() && !MustStop()) {
      options_.revive_database();
      happened = store_.Settle(commit_number);
      if (happened.ok()) break;
      NoteUnreached(happened.status());
      absl::SleepFor(kRetryDelay);
    }
    if (!happened.ok()) return ShuttingDown();  // the next start knows
    freshness_.SetHealth(absl::OkStatus());
    status = *happened ? absl::OkStatus() : DatabaseAway();
  }
  if (status.ok()) return status;
  LogError("pipeline", "a commit failed", {{"error", status}});
  CountFailedCommit();
  if (absl::IsDataLoss(status)) options_.give_up(status);
  return absl::IsUnavailable(status) ? DatabaseAway() : status;
}

void Pipeline::CountFailedCommit() {
  absl::MutexLock lock(&mutex_);
  ++counts_.failed_commits;
}

// Why the database cannot be used, as it says itself.
void Pipeline::NoteUnreached(const absl::Status& why) {
  freshness_.SetHealth(why);
  LogWarning("pipeline", "the database cannot be used yet", {{"error", why}});
  if (absl::IsDataLoss(why)) options_.give_up(why);
}

// Refuses ingest until the database answers again; `why` says why not ready.
void Pipeline::RecoverDatabase(const absl::Status& why) {
  freshness_.SetHealth(why);
  RefuseQueued(DatabaseAway());
  for (bool has_waited = false; !MustStop(); has_waited = true) {
    options_.revive_database();
    const absl::Status back = store_.Reconnect();
    if (!back.ok()) NoteUnreached(back);
    // Also where it was there all the time: it has just refused something, and
    // may do so again.
    if (back.ok() && has_waited) {
      LogInfo("pipeline", "the database is back", {});
      freshness_.SetHealth(absl::OkStatus());
      return;
    }
    RefuseQueued(DatabaseAway());
    absl::MutexLock lock(&mutex_);
    if (!stopping_) work_.WaitWithTimeout(&mutex_, kRetryDelay);
  }
}

bool Pipeline::MustStop() const {
  if (IsStopping()) return true;
  return is_loading_ &&
         !options_.load_progress(rules().rebuild.value_or(RebuildProgress()));
}

// What came in and is not being written.
void Pipeline::RefuseQueued(const absl::Status& status) {
  std::vector<IngestBatch> refused;
  if (gathered_ != nullptr) refused = std::move(gathered_->batches);
  gathered_.reset();
  {
    const absl::MutexLock lock(&mutex_);
    std::move(queue_.begin(), queue_.end(), std::back_inserter(refused));
    queue_.clear();
    queued_events_ = 0;
  }
  for (IngestBatch& batch : refused) batch.done(status);
  Answer(TakeAcknowledgements(), status);
}

}  // namespace audienced
