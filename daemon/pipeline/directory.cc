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
  const auto number = static_cast<int64_t>(SurvivorOfLocked(id));
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
  return SurvivorOfLocked(found->second);
}

std::optional<Directory::Place> Directory::FindPlace(
    const Identifier& identifier) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = by_identifier_.find(identifier);
  if (found == by_identifier_.end()) return std::nullopt;
  return Place{found->second, SurvivorOfLocked(found->second)};
}

ProfileId Directory::SurvivorOf(ProfileId id) const {
  absl::ReaderMutexLock lock(&mutex_);
  return SurvivorOfLocked(id);
}

ProfileId Directory::SurvivorOfLocked(ProfileId id) const {
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

void Directory::Apply(const std::vector<ProfilePtr>& profiles,
                      const std::vector<IdentifierRecord>& identifiers) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [number, identifier] : identifiers) {
    by_identifier_[identifier] = number;
  }
  for (const ProfilePtr& profile : profiles) {
    Slot& slot = SlotOf(profile->id);
    Put(slot, profile);
    slot.recently_used = true;
    survivors_.erase(profile->id);  // where it was restored
  }
  for (const ProfilePtr& profile : profiles) {
    for (const ProfileId absorbed : profile->absorbed) {
      survivors_[absorbed] = profile->id;
      Put(SlotOf(absorbed), nullptr);
    }
  }
}

void Directory::Name(const IdentifierRecord& identifier) {
  absl::MutexLock lock(&mutex_);
  by_identifier_[identifier.identifier] = identifier.profile;
}

void Directory::Reserve(ProfileId number) {
  absl::MutexLock lock(&mutex_);
  SlotOf(number);
}

void Directory::Forget(const ErasureRecord& erasure) {
  absl::MutexLock lock(&mutex_);
  Put(SlotOf(erasure.profile), nullptr);
  for (const ProfileId absorbed : erasure.absorbed) survivors_.erase(absorbed);
  for (const Identifier& identifier : erasure.identifiers) {
    by_identifier_.erase(identifier);
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
