#include "daemon/pipeline/rebuild_reader.h"

#include <utility>

#include "absl/time/time.h"
#include "daemon/logging/log.h"

namespace audienced {
namespace {

// One portion is one commit: small enough that ingest hardly waits for it.
constexpr int64_t kProfilesPerPortion = 500;
constexpr absl::Duration kReadRetryDelay = absl::Milliseconds(500);

}  // namespace

RebuildReader::RebuildReader(Store& store, const Directory& directory,
                             std::shared_ptr<Projection> projection,
                             std::function<void()> ready)
    : store_(store),
      directory_(directory),
      projection_(std::move(projection)),
      ready_(std::move(ready)),
      thread_([this] { Run(); }) {}

RebuildReader::~RebuildReader() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

bool RebuildReader::has_portion() const {
  absl::ReaderMutexLock lock(&mutex_);
  return !portions_.empty();
}

RebuildReader::Portion& RebuildReader::front() {
  absl::ReaderMutexLock lock(&mutex_);
  return portions_.front();
}

void RebuildReader::Drop() {
  absl::MutexLock lock(&mutex_);
  portions_.pop_front();
}

void RebuildReader::Run() {
  ProfileId after{0};
  while (true) {
    const std::vector<Directory::ProfilePtr> profiles =
        directory_.Range(after, kProfilesPerPortion);
    Portion portion;
    portion.is_last = profiles.empty();
    if (!profiles.empty()) after = profiles.back()->id;
    portion.through = after;
    for (const Directory::ProfilePtr& profile : profiles) {
      if (profile->projection == projection_) continue;
      portion.profiles.push_back(profile);
    }
    const bool was_last = portion.is_last;
    if (!Read(portion) || !Push(std::move(portion)) || was_last) return;
  }
}

bool RebuildReader::Read(Portion& portion) {
  while (true) {
    absl::StatusOr<Histories> histories =
        ReadHistories(store_, portion.profiles, *projection_);
    portion.status = histories.status();
    if (histories.ok()) portion.histories = *std::move(histories);
    if (!absl::IsUnavailable(portion.status)) return true;
    LogWarning("pipeline",
               "cannot read histories for other rules; trying again",
               {{"error", histories.status()}});
    if (!WaitBeforeRetry()) return false;
  }
}

bool RebuildReader::WaitBeforeRetry() {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kReadRetryDelay);
}

bool RebuildReader::Push(Portion portion) {
  {
    absl::MutexLock lock(&mutex_);
    const auto may_go_on = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return stopping_ || portions_.size() < kPortionsAhead;
    };
    mutex_.Await(absl::Condition(&may_go_on));
    if (stopping_) return false;
    portions_.push_back(std::move(portion));
  }
  ready_();
  return true;
}

}  // namespace audienced
