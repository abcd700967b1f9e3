#include "daemon/pipeline/freshness.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/language/duration_text.h"

namespace audienced {

void Freshness::Begin(Instant now) {
  absl::MutexLock lock(&mutex_);
  at_work_since_ = now;
  Wake();
}

void Freshness::Publish(Instant through, Instant next_deadline) {
  absl::MutexLock lock(&mutex_);
  published_through_ = std::max(published_through_, through);
  next_deadline_ = next_deadline;
  Wake();
}

void Freshness::Rest(Instant next_deadline) {
  absl::MutexLock lock(&mutex_);
  at_work_since_ = Instant::Forever();
  next_deadline_ = next_deadline;
  Wake();
}

void Freshness::SetHealth(absl::Status health) {
  absl::MutexLock lock(&mutex_);
  if (!health.ok()) {
    last_fault_ = {clock_.Now(), std::string(health.message())};
  }
  health_ = std::move(health);
  Wake();
}

absl::Status Freshness::health() const {
  absl::ReaderMutexLock lock(&mutex_);
  return health_;
}

absl::Time Freshness::EvaluatedThrough() const {
  absl::ReaderMutexLock lock(&mutex_);
  return ToTime(Through(ToInstant(clock_.Now())));
}

absl::Duration Freshness::Lag() const {
  absl::ReaderMutexLock lock(&mutex_);
  return LagAt(clock_.Now());
}

absl::Status Freshness::Check() const {
  absl::ReaderMutexLock lock(&mutex_);
  return CheckAt(clock_.Now());
}

Freshness::Fault Freshness::last_fault() const {
  absl::ReaderMutexLock lock(&mutex_);
  return last_fault_;
}

bool Freshness::WaitWhile(bool fresh) {
  absl::MutexLock lock(&mutex_);
  while (!stopped_ && CheckAt(clock_.Now()).ok() == fresh) {
    sleeps_until_ = fresh ? TooLateAt() : absl::InfinitePast();
    // What is behind gets fresh by work, never by time.
    clock_.Wait(changed_, mutex_, fresh ? TooLateAt() : absl::InfiniteFuture());
  }
  return !stopped_;
}

void Freshness::StopWaiting() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
  changed_.SignalAll();
}

Instant Freshness::Held() const {
  return std::min(next_deadline_, at_work_since_);
}

Instant Freshness::Through(Instant now) const {
  return std::max(published_through_, std::min(now, Plus(Held(), -1)));
}

absl::Duration Freshness::LagAt(absl::Time now) const {
  const Instant present = ToInstant(now);
  return std::max(absl::ZeroDuration(),
                  ToTime(present) - ToTime(Through(present)));
}

absl::Status Freshness::CheckAt(absl::Time now) const {
  if (!health_.ok()) return health_;
  if (now < TooLateAt()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("memberships are evaluated through ",
                   TimestampText(ToTime(Through(ToInstant(now)))), ", ",
                   DurationText(LagAt(now)), " behind; at most ",
                   DurationText(max_lag_), " is wanted"));
}

absl::Time Freshness::TooLateAt() const {
  const Instant held = Held();
  if (held == Instant::Forever()) return absl::InfiniteFuture();
  const Instant through = std::max(published_through_, Plus(held, -1));
  return ToTime(through) + max_lag_ + absl::Microseconds(1);
}

void Freshness::Wake() {
  if (!health_.ok() || TooLateAt() < sleeps_until_ ||
      sleeps_until_ == absl::InfinitePast()) {
    changed_.SignalAll();
  }
}

}  // namespace audienced
