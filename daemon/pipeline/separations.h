#ifndef AUDIENCED_DAEMON_PIPELINE_SEPARATIONS_H_
#define AUDIENCED_DAEMON_PIPELINE_SEPARATIONS_H_

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "daemon/store/records.h"

namespace audienced {

// Which profiles were one and were taken apart, so that events do not join them
// again. For the thread of the pipeline.
class Separations {
 public:
  void Add(const SeparationRecord& separation);
  void Remove(const SeparationRecord& separation);

  // Those between a profile of `left` and one of `right`.
  std::vector<SeparationRecord> Between(
      const std::vector<ProfileId>& left,
      const std::vector<ProfileId>& right) const;

  // All that one of `profiles` was taken apart from.
  std::vector<ProfileId> ApartFrom(
      const std::vector<ProfileId>& profiles) const;

  // Forgets the profile.
  void Remove(ProfileId profile);

  bool empty() const { return others_.empty(); }

 private:
  // Both ways.
  absl::flat_hash_map<ProfileId, absl::flat_hash_set<ProfileId>> others_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_SEPARATIONS_H_
