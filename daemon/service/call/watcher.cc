#include "daemon/service/call/watcher.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <utility>

#include "daemon/service/call/watch_message.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/read_audit.h"

namespace audienced {
namespace {

// Also where an expiry is nearer: a clock may stand still.
constexpr std::chrono::milliseconds kShortestWait(100);

}  // namespace

std::shared_ptr<Watcher> Watcher::Make(
    const Stages& stages, WorkerPool& pool, AdmissionPtr admission,
    const v1::WatchMembershipsRequest& request, Options options) {
  return std::shared_ptr<Watcher>(new Watcher(
      stages, pool, std::move(admission), request, std::move(options)));
}

Watcher::Watcher(const Stages& stages, WorkerPool& pool, AdmissionPtr admission,
                 const v1::WatchMembershipsRequest& request, Options options)
    : stages_(stages),
      pool_(pool),
      admission_(std::move(admission)),
      request_(request),
      options_(std::move(options)),
      progress_{stages.clock.Now(), 0, std::nullopt},
      last_write_(Ticks::now()) {}

void Watcher::Begin() {
  self_ = shared_from_this();
  {
    absl::MutexLock lock(&mutex_);
    SetAlarm();
  }
  Post();
}

void Watcher::Wake() {
  {
    absl::MutexLock lock(&mutex_);
    woken_ = true;
    if (state_ != State::kIdle) return;
    state_ = State::kWorking;
  }
  Post();
}

Watcher::Progress Watcher::progress() const {
  absl::MutexLock lock(&mutex_);
  return progress_;
}

void Watcher::Close(absl::Status status) {
  {
    absl::MutexLock lock(&mutex_);
    if (!close_) close_ = std::move(status);
    if (state_ != State::kIdle) return;
    state_ = State::kWorking;
  }
  Post();
}

void Watcher::OnWriteDone(bool ok) {
  {
    absl::MutexLock lock(&mutex_);
    state_ = State::kWorking;
    last_write_ = Ticks::now();
    if (ok) {
      progress_.sent_changes += message_changes_;
      progress_.positions = reader_->positions();
    }
    if (!ok && !close_) close_ = absl::CancelledError("the client is gone");
  }
  Post();
}

void Watcher::OnCancel() { Close(absl::CancelledError("the client is gone")); }

void Watcher::OnDone() {
  {
    absl::MutexLock lock(&mutex_);
    done_ = true;
    alarm_.reset();
  }
  options_.on_done(this);
  self_.reset();
}

// The pool of the watchers holds one task of each at the most, and has room
// for them.
void Watcher::Post() {
  pool_.Post([watcher = shared_from_this()] { watcher->Work(); });
}

void Watcher::Work() {
  while (!EndIfAsked()) {
    // Before reading: what is read is at least as new.
    const absl::Time through = stages_.pipeline.EvaluatedThrough();
    if (!reader_) {
      absl::StatusOr<ChangeReader> reader = ChangeReader::Open(
          stages_, admission_->caller(), request_.audiences(),
          request_.cursor(), request_.subscription(), request_.destination());
      if (!reader.ok()) return End(reader.status());
      reader_ = *std::move(reader);
      AuditStart();
    }
    const absl::StatusOr<ChangeReader::ToldPortion> portion =
        reader_->NextTold();
    if (!portion.ok()) return End(portion.status());
    if (portion->count > 0 || CheckpointDue() || (first_ && portion->at_head)) {
      return Write(*portion, through);
    }
    if (portion->at_head && Rest()) return;
  }
}

void Watcher::AuditStart() {
  AuditLog& audit = stages_.access.audit();
  for (const std::string& audience : request_.audiences()) {
    audit.Add(admission_->caller(), kWatchMethod, audience, 0);
  }
  if (request_.audiences().empty()) {
    audit.Add(admission_->caller(), kWatchMethod, "", 0);
  }
}

bool Watcher::EndIfAsked() {
  absl::Status status;
  {
    absl::MutexLock lock(&mutex_);
    woken_ = false;  // what was committed until here is read from now on
    status = close_ ? *close_ : admission_->Check();
    if (status.ok()) return false;
  }
  End(status);
  return true;
}

bool Watcher::Rest() {
  absl::MutexLock lock(&mutex_);
  progress_.reads_log = reader_->reads_log();
  progress_.positions = reader_->positions();
  if (woken_ || close_) return false;
  state_ = State::kIdle;
  return true;
}

void Watcher::Write(const ChangeReader::ToldPortion& portion,
                    absl::Time through) {
  first_ = false;
  AuditTold(stages_, admission_->caller(), kWatchMethod, portion.parts);
  v1::WatchMembershipsResponse rest;
  rest.set_cursor(reader_->cursor());
  if (portion.at_head && IsInstant(through)) {
    *rest.mutable_evaluated_through_time() = ToTimestamp(through);
  }
  message_ = WatchMessage(portion.parts, rest);
  message_changes_ = portion.count;
  {
    absl::MutexLock lock(&mutex_);
    state_ = State::kWriting;
    progress_.reads_log = reader_->reads_log();
  }
  StartWrite(&message_);
}

void Watcher::End(const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    state_ = State::kFinished;
  }
  Finish(absl::IsCancelled(status) ? grpc::Status::CANCELLED
                                   : ToGrpcStatus(status, kWatchMethod));
}

bool Watcher::CheckpointDue() {
  absl::MutexLock lock(&mutex_);
  return IntervalIsOver();
}

bool Watcher::IntervalIsOver() const {
  return Ticks::now() - last_write_ >=
         absl::ToChronoNanoseconds(options_.checkpoint_interval);
}

// Rings when a checkpoint is due if nothing is written until then, or when the
// client may watch no longer. Where one is due already, in another interval: a
// client that does not read gets it when it reads.
void Watcher::SetAlarm() {
  const Ticks::duration interval =
      absl::ToChronoNanoseconds(options_.checkpoint_interval);
  Ticks::duration wait =
      IntervalIsOver() ? interval : last_write_ + interval - Ticks::now();
  const absl::Duration left = admission_->expires_at() - stages_.clock.Now();
  if (left > absl::ZeroDuration()) {
    wait = std::min(wait, std::max<Ticks::duration>(
                              absl::ToChronoNanoseconds(left), kShortestWait));
  }
  const auto wait_millis =
      std::chrono::ceil<std::chrono::milliseconds>(wait).count();
  alarm_ = std::make_unique<grpc::Alarm>();
  alarm_->Set(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                           gpr_time_from_millis(wait_millis, GPR_TIMESPAN)),
              [watcher = shared_from_this()](bool rang) {
                if (rang) watcher->OnAlarm();
              });
}

void Watcher::OnAlarm() {
  bool work = false;
  {
    absl::MutexLock lock(&mutex_);
    if (done_ || state_ == State::kFinished) return;
    if (state_ == State::kIdle &&
        (IntervalIsOver() || !admission_->Check().ok())) {
      state_ = State::kWorking;
      work = true;
    }
    SetAlarm();
  }
  if (work) Post();
}

}  // namespace audienced
