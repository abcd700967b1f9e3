#include "daemon/pipeline/separations.h"

#include <algorithm>

namespace audienced {

void Separations::Add(const SeparationRecord& separation) {
  others_[separation.profile].insert(separation.other);
  others_[separation.other].insert(separation.profile);
}

void Separations::Remove(const SeparationRecord& separation) {
  const auto remove = [&](ProfileId profile, ProfileId other) {
    const auto found = others_.find(profile);
    if (found == others_.end()) return;
    found->second.erase(other);
    if (found->second.empty()) others_.erase(found);
  };
  remove(separation.profile, separation.other);
  remove(separation.other, separation.profile);
}

std::vector<SeparationRecord> Separations::Between(
    const std::vector<ProfileId>& left,
    const std::vector<ProfileId>& right) const {
  std::vector<SeparationRecord> found;
  if (others_.empty()) return found;
  for (const ProfileId profile : left) {
    const auto apart = others_.find(profile);
    if (apart == others_.end()) continue;
    for (const ProfileId other : right) {
      if (apart->second.contains(other)) found.push_back({profile, other});
    }
  }
  return found;
}

std::vector<ProfileId> Separations::ApartFrom(
    const std::vector<ProfileId>& profiles) const {
  std::vector<ProfileId> apart;
  for (const ProfileId profile : profiles) {
    const auto found = others_.find(profile);
    if (found == others_.end()) continue;
    apart.insert(apart.end(), found->second.begin(), found->second.end());
  }
  std::sort(apart.begin(), apart.end());
  apart.erase(std::unique(apart.begin(), apart.end()), apart.end());
  return apart;
}

void Separations::Remove(ProfileId profile) {
  for (const ProfileId other : ApartFrom({profile})) {
    Remove(SeparationRecord{profile, other});
  }
}

}  // namespace audienced
