#include "daemon/start_progress.h"

#include <utility>

#include "rules/source/message.h"
#include "rules/source/printable.h"

namespace audienced {

void StartProgress::Begin(std::string what) {
  absl::MutexLock lock(&mutex_);
  what_ = std::move(what);
  total_ = 0;
}

void StartProgress::SetLoaded(int64_t done, int64_t total) {
  absl::MutexLock lock(&mutex_);
  loaded_ = done;
  total_ = total;
}

void StartProgress::Finish() {
  absl::MutexLock lock(&mutex_);
  finished_ = true;
}

bool StartProgress::is_finished() const {
  absl::MutexLock lock(&mutex_);
  return finished_;
}

std::string StartProgress::Text() const {
  absl::MutexLock lock(&mutex_);
  if (total_ == 0) return what_;
  return Concat("loading: ", Grouped(loaded_), " of ", Grouped(total_),
                " profiles");
}

}  // namespace audienced
