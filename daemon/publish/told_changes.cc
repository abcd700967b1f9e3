#include "daemon/publish/told_changes.h"

namespace audienced {
namespace {

// What a view, and a part of it, take beside their bytes, about.
constexpr int64_t kViewBytes = 256;
constexpr int64_t kPartBytes = 256;

}  // namespace

std::shared_ptr<const ToldCommit> CommitViews::Get(
    const std::string& view, const std::function<ToldCommit()>& make) {
  std::shared_ptr<View> wanted;
  {
    absl::MutexLock lock(&mutex_);
    if (!closed_) {
      std::shared_ptr<View>& place = views_[view];
      if (place == nullptr) place = std::make_shared<View>();
      wanted = place;
    }
  }
  if (wanted == nullptr) return std::make_shared<const ToldCommit>(make());
  absl::call_once(wanted->once, [&] {
    wanted->told = std::make_shared<const ToldCommit>(make());
    Count(*wanted->told);
  });
  return wanted->told;
}

void CommitViews::Count(const ToldCommit& told) {
  int64_t bytes = kViewBytes;
  for (const auto& part : told) {
    bytes += static_cast<int64_t>(part->bytes.size()) + kPartBytes;
  }
  absl::MutexLock lock(&mutex_);
  if (closed_) return;
  kept_bytes_ += bytes;
  *bytes_ += bytes;
}

void CommitViews::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
  views_.clear();
  *bytes_ -= kept_bytes_;
  kept_bytes_ = 0;
}

}  // namespace audienced
