#include "daemon/pipeline/directory.h"

#include <algorithm>

namespace audienced {

const AudienceMembership* FindMembership(const Profile& profile,
                                         uint32_t audience) {
  for (const AudienceMembership& each : profile.memberships) {
    if (each.audience == audience) return &each;
  }
  return nullptr;
}

Directory::ProfilePtr Directory::Find(ProfileId id) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto number = static_cast<int64_t>(SurvivorOf(id));
  if (number < 1 || number > static_cast<int64_t>(profiles_.size())) {
    return nullptr;
  }
  return profiles_[number - 1];
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

Directory::ProfilePtr& Directory::Slot(ProfileId id) {
  const auto number = static_cast<size_t>(id);
  if (number > profiles_.size()) profiles_.resize(number);
  return profiles_[number - 1];
}

int64_t Directory::size() const {
  absl::ReaderMutexLock lock(&mutex_);
  return static_cast<int64_t>(profiles_.size());
}

std::vector<Directory::ProfilePtr> Directory::Range(ProfileId after,
                                                    int64_t limit) const {
  const int64_t begin = std::max<int64_t>(0, static_cast<int64_t>(after));
  absl::ReaderMutexLock lock(&mutex_);
  const auto end = static_cast<int64_t>(profiles_.size());
  std::vector<ProfilePtr> range;
  for (int64_t i = begin; i < end && static_cast<int64_t>(range.size()) < limit;
       ++i) {
    if (profiles_[i] != nullptr) range.push_back(profiles_[i]);
  }
  return range;
}

void Directory::Apply(const std::vector<ProfilePtr>& profiles) {
  absl::MutexLock lock(&mutex_);
  for (const ProfilePtr& profile : profiles) {
    ProfilePtr& slot = Slot(profile->id);
    const size_t known = slot == nullptr ? 0 : slot->identifiers.size();
    for (size_t i = known; i < profile->identifiers.size(); ++i) {
      by_identifier_.emplace(profile->identifiers[i], profile->id);
    }
    slot = profile;
    for (const ProfileId absorbed : profile->absorbed) {
      survivors_[absorbed] = profile->id;
      Slot(absorbed) = nullptr;
    }
  }
}

}  // namespace audienced
