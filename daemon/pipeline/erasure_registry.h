#ifndef AUDIENCED_DAEMON_PIPELINE_ERASURE_REGISTRY_H_
#define AUDIENCED_DAEMON_PIPELINE_ERASURE_REGISTRY_H_

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "daemon/store/identifier_hash.h"
#include "daemon/store/records.h"

namespace audienced {

// Who was erased, as of the last commit, and whose last exits still name whom
// to remove. Thread-safe: one writer (the pipeline), any readers.
class ErasureRegistry {
 public:
  // Before anything else. `secret` as for IdentifierHash.
  void SetSecret(std::string_view secret);

  void Add(const ErasedIdentifierRecord& identifier);
  // A profile that has `erased_at`.
  void Add(const ProfileRecord& profile);
  // What a commit made true at `erased_at`.
  void Add(const ErasureRecord& erasure, absl::Time erased_at);

  // The last erasure of the identifier or the profile; absent: none.
  std::optional<absl::Time> ErasedAt(const Identifier& identifier) const;
  std::optional<absl::Time> ErasedAt(ProfileId profile) const;

  Digest HashOf(const Identifier& identifier) const;

  // When exits have to be forgotten next; the infinite future: never.
  absl::Time NextForgetting() const;
  // All who follow the changes by name have acted on those through these: exits
  // among them are to be forgotten now.
  void Acknowledge(const StreamPositions& through);
  // Whose exits are to be forgotten at `now`; they are not named again.
  std::vector<ProfileId> TakeForgotten(absl::Time now);
  // Gives back what could not be forgotten.
  void PutBack(const std::vector<ProfileId>& profiles, absl::Time due);

 private:
  // The last exits of a profile, in the log of its stream.
  struct Exits {
    ProfileId profile{};
    int stream = 0;
    std::optional<int64_t> through = {};  // absent: not known
  };

  mutable absl::Mutex mutex_;
  std::optional<IdentifierHash> hash_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Digest, absl::Time> identifiers_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<ProfileId, absl::Time> profiles_ ABSL_GUARDED_BY(mutex_);
  // By when they are to be forgotten.
  std::multimap<absl::Time, Exits> exits_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_ERASURE_REGISTRY_H_
