// How the pipeline drops events that no audience looks back to: by the month,
// when the last of one is beyond retention and beyond what `stay` and the like
// need of it.

#include <algorithm>
#include <utility>

#include "absl/time/civil_time.h"
#include "daemon/logging/log.h"
#include "daemon/pipeline/pipeline.h"

namespace audienced {
namespace {

// When events that are to be dropped are being read.
constexpr absl::Duration kDropRetryDelay = absl::Minutes(1);

absl::Time MonthOf(absl::Time time, int months_later) {
  const absl::CivilMonth month = absl::ToCivilMonth(time, absl::UTCTimeZone());
  return absl::FromCivil(absl::CivilSecond(month + months_later),
                         absl::UTCTimeZone());
}

}  // namespace

// Rules that may be taken back are still looked after.
absl::Duration Pipeline::HistorySpan() const {
  const absl::Duration span =
      commit_rules_.projection->rulebook().history_span();
  return rebuild_ == nullptr
             ? span
             : std::max(span, rebuild_->before.rulebook->history_span());
}

// Not while someone is to be evaluated for an instant that has passed: what led
// there is needed then.
Instant Pipeline::NextDrop() const {
  if (options_.retention == absl::InfiniteDuration() || is_loading_) {
    return Instant::Forever();
  }
  const Instant due =
      std::max(ToInstant(first_events_end_ + HistorySpan()), drop_again_at_);
  return deadlines_.next() <= std::max(due, Now()) ? Instant::Forever() : due;
}

absl::Status Pipeline::FindFirstEvents() {
  const absl::StatusOr<std::optional<absl::Time>> end = store_.FirstEventsEnd();
  if (!end.ok()) return end.status();
  first_events_end_ = end->value_or(absl::InfiniteFuture());
  return absl::OkStatus();
}

void Pipeline::NoteEvents(const CommitBatch& written) {
  instance_.events_from = std::max(instance_.events_from, written.events_from);
  for (const EventRecord& record : written.events) {
    if (record.event.occurred_at >= first_events_end_) continue;
    first_events_end_ =
        std::min(first_events_end_, MonthOf(record.event.occurred_at, 1));
  }
}

void Pipeline::DropExpired() {
  if (NextDrop() > Now()) return;
  const absl::Time month = MonthOf(
      ToTime(Now()) - commit_rules_.projection->rulebook().history_span(), 0);
  absl::Status status = AnnounceDrop(month);
  absl::StatusOr<bool> dropped = false;
  if (status.ok()) {
    dropped = store_.DropEventsBefore(month);
    status = dropped.status();
  }
  if (status.ok()) status = FindFirstEvents();
  if (absl::IsUnavailable(status)) return RecoverDatabase();
  if (!status.ok()) {
    LogError("pipeline", "cannot drop the events that count no more",
             {{"error", status}});
  }
  if (status.ok() && *dropped) {
    LogInfo("pipeline", "dropped events that count no more",
            {{"before", month}});
    return;
  }
  drop_again_at_ = ToInstant(ToTime(Now()) + kDropRetryDelay);
}

// Whoever reads histories from now on takes it that earlier events are missing.
absl::Status Pipeline::AnnounceDrop(absl::Time month) {
  if (instance_.events_from >= month) return absl::OkStatus();
  CommitBuilder builder = NewCommit();
  HoldBackEvaluatedThrough(builder);
  builder.rows().events_from = month;
  const absl::Status written = Write(builder);
  if (written.ok()) Accept(builder);
  return written;
}

}  // namespace audienced
