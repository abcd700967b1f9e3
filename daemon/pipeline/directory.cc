#include "daemon/pipeline/directory.h"

#include <algorithm>
#include <utility>

namespace audienced {
namespace {

// So many steps before something is looked at, it is asked of memory.
constexpr size_t kLookAhead = 16;

// All of a profile is on its way from memory.
void Prefetch(const Profile* profile) {
  constexpr size_t kLineBytes = 64;
  const auto* const begin = reinterpret_cast<const char*>(profile);
  for (size_t at = 0; at < sizeof(Profile); at += kLineBytes) {
    __builtin_prefetch(begin + at);
  }
}

int64_t HistoryBytes(const Directory::ProfilePtr& profile) {
  if (profile == nullptr || profile->history == nullptr) return 0;
  return static_cast<int64_t>(profile->history->bytes());
}

}  // namespace

Directory::ProfilePtr Directory::Find(ProfileId id) const {
  absl::ReaderMutexLock lock(&mutex_);
  return PlaceOfLocked(SurvivorOfLocked(id));
}

Directory::ProfilePtr Directory::Find(const Identifier& identifier) const {
  absl::ReaderMutexLock lock(&mutex_);
  return PlaceOfLocked(NumberOfLocked(identifier));
}

std::vector<Directory::ProfilePtr> Directory::FindAll(
    const std::vector<Reference>& references) const {
  const size_t count = references.size();
  std::vector<ProfileId> numbers(count);
  std::vector<ProfilePtr> profiles(count);
  absl::ReaderMutexLock lock(&mutex_);
  for (size_t i = 0; i < count + kLookAhead; ++i) {
    if (i < count) {
      const auto* identifier = std::get_if<Identifier>(&references[i]);
      if (identifier != nullptr) by_identifier_.prefetch(*identifier);
    }
    if (i < kLookAhead) continue;
    ProfileId& number = numbers[i - kLookAhead];
    number = NumberOfLocked(references[i - kLookAhead]);
    __builtin_prefetch(&PlaceOfLocked(number));
  }
  for (size_t i = 0; i < count + kLookAhead; ++i) {
    if (i < count) __builtin_prefetch(PlaceOfLocked(numbers[i]).get());
    if (i < kLookAhead) continue;
    profiles[i - kLookAhead] = PlaceOfLocked(numbers[i - kLookAhead]);
  }
  return profiles;
}

const Directory::ProfilePtr& Directory::PlaceOfLocked(ProfileId id) const {
  static const auto& nobody = *new ProfilePtr;
  const auto number = static_cast<int64_t>(id);
  return number < 1 || number > static_cast<int64_t>(slots_.size())
             ? nobody
             : slots_[number - 1].profile;
}

ProfileId Directory::NumberOfLocked(const Reference& reference) const {
  const auto* id = std::get_if<ProfileId>(&reference);
  return id != nullptr ? SurvivorOfLocked(*id)
                       : NumberOfLocked(std::get<Identifier>(reference));
}

ProfileId Directory::NumberOfLocked(const Identifier& identifier) const {
  const auto found = by_identifier_.find(identifier);
  return found == by_identifier_.end() ? ProfileId{0}
                                       : SurvivorOfLocked(found->second);
}

std::optional<ProfileId> Directory::FindId(const Identifier& identifier) const {
  absl::ReaderMutexLock lock(&mutex_);
  const ProfileId number = NumberOfLocked(identifier);
  if (number == ProfileId{0}) return std::nullopt;
  return number;
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
  range.reserve(std::clamp<int64_t>(end - begin, 0, limit));
  for (int64_t i = begin; i < end && static_cast<int64_t>(range.size()) < limit;
       ++i) {
    const int64_t next = i + static_cast<int64_t>(kLookAhead);
    if (next < end) Prefetch(slots_[next].profile.get());
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
  by_identifier_.reserve(static_cast<size_t>(number));
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

void Directory::LimitHistories(int64_t bytes) {
  {
    absl::MutexLock lock(&mutex_);
    history_limit_bytes_ = bytes;
  }
  Shrink();
}

int64_t Directory::history_limit_bytes() const {
  absl::ReaderMutexLock lock(&mutex_);
  return history_limit_bytes_;
}

void Directory::Shrink() {
  absl::MutexLock lock(&mutex_);
  while (usage_.history_bytes > history_limit_bytes_ && usage_.histories > 0) {
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
