#ifndef AUDIENCED_DAEMON_PIPELINE_OWNER_TABLE_H_
#define AUDIENCED_DAEMON_PIPELINE_OWNER_TABLE_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "daemon/pipeline/directory.h"
#include "daemon/store/store.h"

namespace audienced {

// Which profile of a list a number stands for: its own, and those of all that
// became one with it. Immutable.
class OwnerTable {
 public:
  // Of at least one profile. Where they are not few, and their numbers lie so
  // close that there are at most `sparseness` for each, events are read as
  // those of a range.
  OwnerTable(absl::Span<const Directory::ProfilePtr> profiles,
             int64_t sparseness);

  static constexpr uint32_t kNobody = UINT32_MAX;
  // The index of the profile, kNobody where it is another's.
  uint32_t Find(ProfileId number) const;
  // Brings near what Find() looks at, for who asks soon.
  void Prefetch(ProfileId number) const;

  // What finds the events of all of them, and in the range those of others.
  Store::EventScan Scan(int readers = 1) const;

 private:
  int64_t PlaceOf(ProfileId number) const {
    return static_cast<int64_t>(number) - after_ - 1;
  }
  bool IsInRange(int64_t place) const {
    return place >= 0 && place < std::ssize(in_range_);
  }
  void Add(ProfileId number, uint32_t owner);

  int64_t after_ = 0;
  std::vector<uint32_t> in_range_;  // by number - after_ - 1
  absl::flat_hash_map<ProfileId, uint32_t> others_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_OWNER_TABLE_H_
