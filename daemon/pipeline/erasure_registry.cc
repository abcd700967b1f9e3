#include "daemon/pipeline/erasure_registry.h"

#include <algorithm>

namespace audienced {

void ErasureRegistry::SetSecret(std::string_view secret) {
  absl::MutexLock lock(&mutex_);
  hash_.emplace(secret);
}

void ErasureRegistry::Add(const ErasedIdentifierRecord& identifier) {
  absl::MutexLock lock(&mutex_);
  absl::Time& erased_at =
      identifiers_.try_emplace(identifier.hash, absl::InfinitePast())
          .first->second;
  erased_at = std::max(erased_at, identifier.erased_at);
}

void ErasureRegistry::Add(const ProfileRecord& profile) {
  absl::MutexLock lock(&mutex_);
  profiles_[profile.id] = *profile.erased_at;
  if (profile.exits_kept_until) {
    exits_.emplace(*profile.exits_kept_until,
                   Exits{profile.id, profile.stream, profile.exits_through});
  }
}

void ErasureRegistry::Add(const ErasureRecord& erasure, absl::Time erased_at) {
  for (const Digest& hash : erasure.identifier_hashes) Add({hash, erased_at});
  absl::MutexLock lock(&mutex_);
  profiles_[erasure.profile] = erased_at;
  for (const ProfileId absorbed : erasure.absorbed) {
    profiles_[absorbed] = erased_at;
  }
  if (erasure.exits_kept_until) {
    exits_.emplace(
        *erasure.exits_kept_until,
        Exits{erasure.profile, erasure.stream, erasure.exits_through});
  }
}

std::optional<absl::Time> ErasureRegistry::ErasedAt(
    const Identifier& identifier) const {
  absl::ReaderMutexLock lock(&mutex_);
  // Hashing costs more than all else here, and most databases erase nobody.
  if (identifiers_.empty()) return std::nullopt;
  const auto found = identifiers_.find(hash_->Of(identifier));
  if (found == identifiers_.end()) return std::nullopt;
  return found->second;
}

std::optional<absl::Time> ErasureRegistry::ErasedAt(ProfileId profile) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = profiles_.find(profile);
  if (found == profiles_.end()) return std::nullopt;
  return found->second;
}

Digest ErasureRegistry::HashOf(const Identifier& identifier) const {
  absl::ReaderMutexLock lock(&mutex_);
  return hash_->Of(identifier);
}

absl::Time ErasureRegistry::NextForgetting() const {
  absl::ReaderMutexLock lock(&mutex_);
  return exits_.empty() ? absl::InfiniteFuture() : exits_.begin()->first;
}

void ErasureRegistry::Acknowledge(const StreamPositions& through) {
  absl::MutexLock lock(&mutex_);
  std::vector<Exits> told;
  for (auto each = exits_.begin(); each != exits_.end();) {
    const Exits& exits = each->second;
    if (exits.through && *exits.through <= through[exits.stream]) {
      told.push_back(exits);
      each = exits_.erase(each);
    } else {
      ++each;
    }
  }
  for (const Exits& exits : told) exits_.emplace(absl::InfinitePast(), exits);
}

std::vector<ProfileId> ErasureRegistry::TakeForgotten(absl::Time now) {
  std::vector<ProfileId> profiles;
  absl::MutexLock lock(&mutex_);
  while (!exits_.empty() && exits_.begin()->first <= now) {
    profiles.push_back(exits_.begin()->second.profile);
    exits_.erase(exits_.begin());
  }
  return profiles;
}

void ErasureRegistry::PutBack(const std::vector<ProfileId>& profiles,
                              absl::Time due) {
  absl::MutexLock lock(&mutex_);
  for (const ProfileId profile : profiles) exits_.emplace(due, Exits{profile});
}

}  // namespace audienced
