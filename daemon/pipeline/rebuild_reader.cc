#include "daemon/pipeline/rebuild_reader.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "daemon/logging/log.h"
#include "daemon/pipeline/history_loader.h"

namespace audienced {
namespace {

// To look at where nobody knows how many can be read.
constexpr int64_t kProfilesToTry = 500;
constexpr absl::Duration kReadRetryDelay = absl::Milliseconds(500);

}  // namespace

RebuildReader::RebuildReader(Store& store, const Directory& directory,
                             std::shared_ptr<Projection> projection,
                             PreparedPtr prepared, size_t profiles_per_portion,
                             std::function<void()> ready)
    : store_(store),
      directory_(directory),
      projection_(std::move(projection)),
      prepared_(std::move(prepared)),
      profiles_per_portion_(profiles_per_portion),
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
    const std::optional<int64_t> count = ProfilesToRead();
    if (!count) return;
    std::vector<Directory::ProfilePtr> profiles =
        directory_.Range(after, *count);
    if (profiles.empty()) break;
    after = profiles.back()->id;
    std::erase_if(profiles, [&](const Directory::ProfilePtr& profile) {
      return profile->projection == projection_;
    });
    if (!PushAll(profiles)) return;
  }
  Portion last;
  last.through = after;
  last.is_last = true;
  Push(std::move(last));
}

std::optional<int64_t> RebuildReader::ProfilesToRead() {
  while (true) {
    const absl::StatusOr<int64_t> count = ProfilesAtOnce(store_, directory_);
    if (count.ok()) return *count;
    // Whatever is wrong will be found again, and told, when they are read.
    if (!absl::IsUnavailable(count.status())) return kProfilesToTry;
    if (!WaitBeforeRetry()) return std::nullopt;
  }
}

bool RebuildReader::PushAll(
    const std::vector<Directory::ProfilePtr>& profiles) {
  absl::Span<const Directory::ProfilePtr> left = profiles;
  while (true) {
    Portion failed;
    failed.status = LoadHistories(
        store_, left, directory_.size(), *projection_, prepared_.get(),
        [this] { return !IsStopping(); },
        [&](Histories histories) {
          const auto read = left.first(histories.size());
          left.remove_prefix(histories.size());
          return PushPortions(read, std::move(histories));
        });
    if (failed.status.ok()) return true;
    if (absl::IsCancelled(failed.status)) return false;
    if (!absl::IsUnavailable(failed.status)) {
      Push(std::move(failed));
      return false;
    }
    LogWarning("pipeline",
               "cannot read histories for other rules; trying again",
               {{"error", failed.status}});
    if (!WaitBeforeRetry()) return false;
  }
}

bool RebuildReader::PushPortions(
    absl::Span<const Directory::ProfilePtr> profiles, Histories histories) {
  for (size_t begin = 0; begin < profiles.size();) {
    const auto some = profiles.subspan(begin, profiles_per_portion_);
    Portion portion;
    portion.through = some.back()->id;
    portion.profiles.assign(some.begin(), some.end());
    for (size_t i = 0; i < some.size(); ++i) {
      portion.histories.push_back(std::move(histories[begin++]));
    }
    if (!Push(std::move(portion))) return false;
  }
  return true;
}

bool RebuildReader::IsStopping() const {
  absl::ReaderMutexLock lock(&mutex_);
  return stopping_;
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
