#include "daemon/pipeline/directory.h"

#include <algorithm>
#include <utility>

namespace audienced {
namespace {

int64_t HistoryBytes(const Directory::ProfilePtr& profile) {
  if (profile == nullptr || profile->history == nullptr) return 0;
  return static_cast<int64_t>(profile->history->bytes());
}

}  // namespace

Directory::ProfilePtr Directory::Find(ProfileId id) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto number = static_cast<int64_t>(SurvivorOf(id));
  if (number < 1 || number > static_cast<int64_t>(slots_.size())) {
    return nullptr;
  }
  return slots_[number - 1].profile;
}

Directory::ProfilePtr Directory::Find(const Identifier& identifier) const {
  const std::optional<ProfileId> id = FindId(identifier);
  return id ? Find(*id) : nullptr;
}

std::optional<ProfileId> Directory::FindId(const Identifier& identifier) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = by_identifier_.find(identifier);
  if (found == by_identifier_.end()) return std::nullopt;
  return SurvivorOf(found->second);
}

ProfileId Directory::SurvivorOf(ProfileId id) const {
  const auto survivor = survivors_.find(id);
  return survivor == survivors_.end() ? id : survivor->second;
}

Directory::Slot& Directory::SlotOf(ProfileId id) {
  const auto number = static_cast<size_t>(id);
  if (number > slots_.size()) slots_.resize(number);
  return slots_[number - 1];
}

int64_t Directory::size() const {
  absl::ReaderMutexLock lock(&mutex_);
  return static_cast<int64_t>(slots_.size());
}

Directory::Usage Directory::usage() const {
  absl::ReaderMutexLock lock(&mutex_);
  return usage_;
}

std::vector<Directory::ProfilePtr> Directory::Range(ProfileId after,
                                                    int64_t limit) const {
  const int64_t begin = std::max<int64_t>(0, static_cast<int64_t>(after));
  absl::ReaderMutexLock lock(&mutex_);
  const auto end = static_cast<int64_t>(slots_.size());
  std::vector<ProfilePtr> range;
  for (int64_t i = begin; i < end && static_cast<int64_t>(range.size()) < limit;
       ++i) {
    if (slots_[i].profile != nullptr) range.push_back(slots_[i].profile);
  }
  return range;
}

void Directory::Apply(const std::vector<ProfilePtr>& profiles) {
  absl::MutexLock lock(&mutex_);
  for (const ProfilePtr& profile : profiles) {
    Slot& slot = SlotOf(profile->id);
    const size_t known =
        slot.profile == nullptr ? 0 : slot.profile->identifiers.size();
    for (size_t i = known; i < profile->identifiers.size(); ++i) {
      by_identifier_.emplace(profile->identifiers[i], profile->id);
    }
    Put(slot, profile);
    slot.recently_used = true;
    for (const ProfileId absorbed : profile->absorbed) {
      survivors_[absorbed] = profile->id;
      Put(SlotOf(absorbed), nullptr);
    }
  }
}

void Directory::Put(Slot& slot, ProfilePtr profile) {
  const auto count = [&](int64_t sign) {
    usage_.history_bytes += sign * HistoryBytes(slot.profile);
    usage_.histories +=
        sign * (slot.profile != nullptr && slot.profile->history != nullptr);
  };
  count(-1);
  slot.profile = std::move(profile);
  count(1);
}

void Directory::Shrink(int64_t limit_bytes) {
  absl::MutexLock lock(&mutex_);
  while (usage_.history_bytes > limit_bytes && usage_.histories > 0) {
    Slot& slot = slots_[hand_];
    hand_ = (hand_ + 1) % slots_.size();
    if (HistoryBytes(slot.profile) == 0) continue;
    if (std::exchange(slot.recently_used, false)) continue;
    auto without_history = std::make_shared<Profile>(*slot.profile);
    without_history->history = nullptr;
    Put(slot, std::move(without_history));
  }
}

}  // namespace audienced
