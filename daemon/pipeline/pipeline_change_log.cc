// How the pipeline removes changes from the log that are old, once those who
// follow them by name have them, or will not get them any more.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "daemon/logging/log.h"
#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

// How many changes one commit removes, about: events that come in do not wait
// long for it.
constexpr int kRemovedPerCommit = 64 * 100;

// Changes that fall due one after the other are removed together; also how long
// it takes to the next try where one failed.
constexpr absl::Duration kTrimInterval = absl::Minutes(1);

StreamPositions EverythingAcknowledged() {
  StreamPositions positions;
  positions.fill(std::numeric_limits<int64_t>::max());
  return positions;
}

}  // namespace

absl::Status Pipeline::FindLogStart() {
  const absl::StatusOr<std::optional<absl::Time>> oldest =
      store_.FirstChangeAfter(instance_.log_start);
  if (!oldest.ok()) return oldest.status();
  SetOldestChange(oldest->value_or(absl::InfiniteFuture()));
  trim_at_ = ToInstant(oldest_change_at() + options_.change_log_retention);
  return absl::OkStatus();
}

void Pipeline::SetOldestChange(absl::Time time) {
  oldest_change_micros_ = ToInstant(time).micros;
}

void Pipeline::NoteChanges(const CommitBatch& written) {
  if (written.removed_changes) {
    WarnOfExpired(written.removed_changes->second);
    instance_.log_start = written.removed_changes->second;
  }
  if (written.changes.empty() || oldest_change_at() != absl::InfiniteFuture()) {
    return;
  }
  SetOldestChange(written.commit_time);
  trim_at_ = ToInstant(written.commit_time + options_.change_log_retention);
}

// Goes on after the next events while there is more.
void Pipeline::TrimLog() {
  if (trim_at_ > Now()) return;
  last_trim_at_ = Now();
  const absl::Time now = ToTime(last_trim_at_);
  const absl::Duration limit =
      std::max(options_.subscription_log_limit, options_.change_log_retention);
  const absl::StatusOr<RemovableChanges> removable =
      store_.FindRemovableChanges(
          subscriptions_
              .Acknowledged(instance_.database_id, instance_.log_start)
              .value_or(EverythingAcknowledged()),
          now - options_.change_log_retention, now - limit, kRemovedPerCommit);
  absl::Status status = removable.status();
  if (status.ok() && removable->through != instance_.log_start) {
    CommitBuilder builder = NewCommit();
    builder.rows().removed_changes = {instance_.log_start, removable->through};
    status = Finish(builder);
  } else if (status.ok()) {
    return ScheduleTrim(*removable);
  }
  if (status.ok()) return SetOldestChange(removable->oldest_left_at);
  trim_at_ = ToInstant(now + kTrimInterval);
  if (absl::IsUnavailable(status)) return RecoverDatabase();
  LogError("pipeline", "cannot remove old changes from the log",
           {{"error", status}});
}

// What a subscription waits for is due later; an acknowledgement comes back to
// it sooner.
void Pipeline::ScheduleTrim(const RemovableChanges& left) {
  SetOldestChange(left.oldest_left_at);
  const absl::Time due =
      std::min(left.oldest_unheld_at + options_.change_log_retention,
               left.oldest_left_at + std::max(options_.subscription_log_limit,
                                              options_.change_log_retention));
  trim_at_ = ToInstant(std::max(due, ToTime(last_trim_at_) + kTrimInterval));
}

// Of those whose position falls out of the log when it starts at `log_start`.
void Pipeline::WarnOfExpired(const StreamPositions& log_start) const {
  for (const SubscriptionRecord& each : subscriptions_.All()) {
    const auto state_at = [&](const StreamPositions& start) {
      return StateOf(each, instance_.database_id, start);
    };
    if (state_at(instance_.log_start) != SubscriptionState::kActive ||
        state_at(log_start) != SubscriptionState::kExpired) {
      continue;
    }
    LogWarning("pipeline",
               "a subscription has acknowledged nothing for too long; the log "
               "is not kept for it any more, and it has to list again",
               {{"client", each.name.client},
                {"subscription", each.name.name},
                {"acknowledged_at", each.acknowledged_at}});
  }
}

}  // namespace audienced
