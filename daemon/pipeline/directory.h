#ifndef AUDIENCED_DAEMON_PIPELINE_DIRECTORY_H_
#define AUDIENCED_DAEMON_PIPELINE_DIRECTORY_H_

#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "daemon/pipeline/profile.h"

namespace audienced {

// All profiles, by number and by identifier, as of the last commit. A profile
// that was merged into another is found as that one. Thread-safe: one writer
// (the pipeline), any readers.
class Directory {
 public:
  using ProfilePtr = std::shared_ptr<const Profile>;

  // Null where there is none.
  ProfilePtr Find(ProfileId id) const;
  ProfilePtr Find(const Identifier& identifier) const;
  std::optional<ProfileId> FindId(const Identifier& identifier) const;

  // The highest number that was given. Numbers of merged profiles are not used
  // again.
  int64_t size() const;
  // The first `limit` profiles with numbers above `after`, in order.
  std::vector<ProfilePtr> Range(ProfileId after, int64_t limit) const;

  // Puts `profiles` in place of what was there under their numbers, with their
  // identifiers and those that they absorbed. New ones continue the numbers
  // without a gap.
  void Apply(const std::vector<ProfilePtr>& profiles);

 private:
  mutable absl::Mutex mutex_;
  ProfileId SurvivorOf(ProfileId id) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ProfilePtr& Slot(ProfileId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // By number - 1; null where it was absorbed.
  std::vector<ProfilePtr> profiles_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<ProfileId, ProfileId> survivors_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Identifier, ProfileId> by_identifier_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_DIRECTORY_H_
