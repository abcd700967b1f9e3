#include "daemon/pipeline/history_scan.h"

#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "daemon/pipeline/received_events.h"

namespace audienced {
namespace {

constexpr int64_t kProfilesPerStep = 2000;

// Some profiles and the events that belong to them.
class Portion {
 public:
  // Takes the next profiles after `after`; false where there are none.
  bool Take(const Directory& directory, ProfileId after) {
    profiles_ = directory.Range(after, kProfilesPerStep);
    if (profiles_.empty()) return false;
    after_ = after;
    owners_.clear();
    elsewhere_.clear();
    for (size_t i = 0; i < profiles_.size(); ++i) {
      owners_[profiles_[i]->id] = i;
      for (const ProfileId absorbed : profiles_[i]->absorbed) {
        owners_[absorbed] = i;
        if (absorbed <= after_ || absorbed > through()) {
          elsewhere_.push_back(absorbed);
        }
      }
    }
    return true;
  }

  absl::Status ReadEvents(Store& store, Projection& projection) {
    const absl::StatusOr<std::vector<EventRecord>> events =
        store.ReadEvents(after_, through(), elsewhere_);
    if (!events.ok()) return events.status();
    received_.clear();
    received_.resize(profiles_.size());
    for (const EventRecord& record : *events) {
      // Who was absorbed by a profile of another portion is read there.
      const auto owner = owners_.find(record.profile);
      if (owner == owners_.end()) continue;
      received_[owner->second].Add(record.event, projection);
    }
    return absl::OkStatus();
  }

  const std::vector<Directory::ProfilePtr>& profiles() const {
    return profiles_;
  }
  ReceivedEvents& received(size_t i) { return received_[i]; }
  ProfileId through() const { return profiles_.back()->id; }

 private:
  ProfileId after_{0};
  std::vector<Directory::ProfilePtr> profiles_;
  absl::flat_hash_map<ProfileId, size_t> owners_;  // index into profiles_
  std::vector<ProfileId> elsewhere_;
  std::vector<ReceivedEvents> received_;
};

}  // namespace

absl::Status ScanHistories(
    Store& store, const Directory& directory, Projection& projection,
    absl::FunctionRef<bool(const Profile& profile, const History& history)>
        each) {
  Portion portion;
  for (ProfileId after{0}; portion.Take(directory, after);
       after = portion.through()) {
    const absl::Status read = portion.ReadEvents(store, projection);
    if (!read.ok()) return read;
    for (size_t i = 0; i < portion.profiles().size(); ++i) {
      const Profile& profile = *portion.profiles()[i];
      const History history = portion.received(i).TakeHistory(
          projection, !profile.absorbed.empty());
      if (!each(profile, history)) {
        return absl::CancelledError("the scan of histories was cancelled");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace audienced
