#ifndef AUDIENCED_DAEMON_PIPELINE_DIRECTORY_H_
#define AUDIENCED_DAEMON_PIPELINE_DIRECTORY_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "daemon/pipeline/profile.h"

namespace audienced {

// All profiles, by number and by identifier, as of the last commit. A profile
// that was merged into another is found as that one. Thread-safe: one writer
// (the pipeline), any readers.
//
// Histories take most of the memory: those that were not used for longest can
// be let go, and are read from the database when they are needed again.
class Directory {
 public:
  using ProfilePtr = std::shared_ptr<const Profile>;

  // Where an identifier leads: the number that it is kept under, and the
  // profile that it names now.
  struct Place {
    ProfileId stored{};
    ProfileId current{};
  };

  // By what a profile is asked for.
  using Reference = std::variant<ProfileId, Identifier>;

  // Null where there is none.
  ProfilePtr Find(ProfileId id) const;
  ProfilePtr Find(const Identifier& identifier) const;
  // Each as Find() does, which takes longer one by one: here what is known of
  // the next ones is on its way from memory meanwhile.
  std::vector<ProfilePtr> FindAll(
      const std::vector<Reference>& references) const;
  std::optional<ProfileId> FindId(const Identifier& identifier) const;
  std::optional<Place> FindPlace(const Identifier& identifier) const;
  // The one that the profile was merged into, or itself.
  ProfileId SurvivorOf(ProfileId id) const;

  // The highest number that was given. Numbers of merged profiles are not used
  // again.
  int64_t size() const;
  // The first `limit` profiles with numbers above `after`, in order.
  std::vector<ProfilePtr> Range(ProfileId after, int64_t limit) const;

  // Puts `profiles` in place of what was there under their numbers, with those
  // that they absorbed. New ones continue the numbers without a gap.
  // `identifiers` are those that are new to the directory.
  void Apply(const std::vector<ProfilePtr>& profiles,
             const std::vector<IdentifierRecord>& identifiers = {});

  // One new identifier.
  void Name(const IdentifierRecord& identifier);

  // Numbers up to `number` (included) were given, whatever became of them.
  // There will be about as many identifiers.
  void Reserve(ProfileId number);

  // Nothing is under the numbers and identifiers of who was erased.
  void Forget(const ErasureRecord& erasure);

  // Lets go of histories, those not applied for longest first, until all
  // together have at most `bytes`, and from now on whenever Shrink() is called.
  // Those of the last Apply() stay where they fit.
  void LimitHistories(int64_t bytes);
  void Shrink();
  int64_t history_limit_bytes() const;

  // What the histories in memory take.
  struct Usage {
    int64_t history_bytes = 0;
    int64_t histories = 0;  // profiles whose history is in memory
  };
  Usage usage() const;

 private:
  // What is kept under a number.
  struct Slot {
    ProfilePtr profile;         // null where it was absorbed or erased
    bool recently_used = true;  // since the hand came by
  };

  // The profile of a number is kept at this place, if any is.
  const ProfilePtr& PlaceOfLocked(ProfileId id) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // ProfileId{0}, which nobody has, where there is none.
  ProfileId NumberOfLocked(const Identifier& identifier) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ProfileId NumberOfLocked(const Reference& reference) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  ProfileId SurvivorOfLocked(ProfileId id) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  Slot& SlotOf(ProfileId id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Put(Slot& slot, ProfilePtr profile)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::vector<Slot> slots_ ABSL_GUARDED_BY(mutex_);  // by number - 1
  absl::flat_hash_map<ProfileId, ProfileId> survivors_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<Identifier, ProfileId> by_identifier_
      ABSL_GUARDED_BY(mutex_);
  Usage usage_ ABSL_GUARDED_BY(mutex_);
  int64_t history_limit_bytes_ ABSL_GUARDED_BY(mutex_) =
      std::numeric_limits<int64_t>::max();
  // Where Shrink() goes on: the clock algorithm, which needs no list of uses.
  size_t hand_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_DIRECTORY_H_
