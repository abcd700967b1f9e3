#include "daemon/system/clock.h"

#include <sys/inotify.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "daemon/logging/log.h"
#include "daemon/system/read_file.h"

namespace audienced {
namespace {

// Raises `latest` to `reading` and returns the higher of the two.
int64_t RaiseTo(std::atomic<int64_t>& latest, int64_t reading) {
  int64_t before = latest.load(std::memory_order_relaxed);
  while (before < reading && !latest.compare_exchange_weak(before, reading)) {
  }
  return std::max(before, reading);
}

// The timestamp in the file, or what is wrong with it.
absl::StatusOr<absl::Time> ReadTimestamp(const std::string& path) {
  absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the test clock: ", text.status().message()));
  }
  absl::StripAsciiWhitespace(&*text);
  absl::Time time;
  std::string error;
  if (text->empty() ||
      !absl::ParseTime(absl::RFC3339_full, *text, &time, &error) ||
      time == absl::InfiniteFuture() || time == absl::InfinitePast()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the test clock '", path, "' holds '", text->substr(0, 60),
                     "'; it must hold one timestamp such as "
                     "2026-03-01T00:00:00Z"));
  }
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

}  // namespace

absl::Time SystemClock::Now() const {
  return absl::FromUnixMicros(
      RaiseTo(latest_micros_, absl::ToUnixMicros(absl::Now())));
}

void SystemClock::Wait(absl::CondVar& condition, absl::Mutex& mutex,
                       absl::Time deadline) const {
  condition.WaitWithDeadline(&mutex, deadline);
}

FileClock::FileClock(std::string path, FolderNotices folder, absl::Time start)
    : path_(std::move(path)), folder_(std::move(folder)), latest_(start) {}

absl::StatusOr<std::unique_ptr<FileClock>> FileClock::Open(std::string path) {
  absl::StatusOr<FolderNotices> folder =
      FolderNotices::Open(std::filesystem::absolute(path).parent_path(),
                          IN_MODIFY | IN_MOVED_TO | IN_CREATE);
  // After that: no write comes between.
  const absl::StatusOr<absl::Time> start = ReadTimestamp(path);
  if (!start.ok()) return start.status();
  if (!folder.ok()) return folder.status();
  return std::unique_ptr<FileClock>(
      new FileClock(std::move(path), *std::move(folder), *start));
}

absl::Time FileClock::Now() const {
  absl::MutexLock lock(&mutex_);
  if (!folder_.Take()) return latest_;
  const absl::StatusOr<absl::Time> reading = ReadTimestamp(path_);
  if (reading.ok()) latest_ = std::max(latest_, *reading);
  return latest_;
}

void FileClock::Wait(absl::CondVar& condition, absl::Mutex& mutex,
                     absl::Time deadline) const {
  if (deadline == absl::InfiniteFuture()) {
    condition.Wait(&mutex);
    return;
  }
  if (Now() >= deadline) return;
  // Whether this ended by time or by a signal cannot be told apart with
  // certainty; so it returns either way, rather than lose a signal.
  condition.WaitWithTimeout(&mutex, kPollInterval);
}

absl::StatusOr<std::unique_ptr<Clock>> OpenClock() {
  const char* path = std::getenv(kTestClockVariable);
  if (path == nullptr || *path == '\0') return std::make_unique<SystemClock>();
  absl::StatusOr<std::unique_ptr<FileClock>> clock = FileClock::Open(path);
  if (!clock.ok()) return clock.status();
  LogWarning("clock", "time is stepped by a file; this is for tests only",
             {{"file", path}, {"now", (*clock)->Now()}});
  return std::unique_ptr<Clock>(*std::move(clock));
}

}  // namespace audienced
