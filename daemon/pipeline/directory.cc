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
  const auto number = static_cast<int64_t>(id);
  absl::ReaderMutexLock lock(&mutex_);
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
  return found->second;
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
    const auto number = static_cast<size_t>(profile->id);
    if (number > profiles_.size()) profiles_.resize(number);
    const ProfilePtr& before = profiles_[number - 1];
    const size_t known = before == nullptr ? 0 : before->identifiers.size();
    for (size_t i = known; i < profile->identifiers.size(); ++i) {
      by_identifier_.emplace(profile->identifiers[i], profile->id);
    }
    profiles_[number - 1] = profile;
  }
}

}  // namespace audienced
