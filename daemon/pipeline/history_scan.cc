#include "daemon/pipeline/history_scan.h"

#include <vector>

#include "daemon/pipeline/history_loader.h"

namespace audienced {

absl::Status ScanHistories(
    Store& store, const Directory& directory, Projection& projection,
    absl::FunctionRef<bool(const Profile& profile, const History& history)>
        each) {
  for (ProfileId after{0};;) {
    const absl::StatusOr<int64_t> count =
        ProfilesAtOnce(store, directory.size());
    if (!count.ok()) return count.status();
    const std::vector<Directory::ProfilePtr> profiles =
        directory.Range(after, *count);
    if (profiles.empty()) return absl::OkStatus();
    after = profiles.back()->id;
    const absl::StatusOr<Histories> histories = LoadHistories(
        store, profiles, directory.size(), projection, [] { return true; });
    if (!histories.ok()) return histories.status();
    for (size_t i = 0; i < profiles.size(); ++i) {
      if (!each(*profiles[i], *(*histories)[i])) {
        return absl::CancelledError("the scan of histories was cancelled");
      }
    }
  }
}

}  // namespace audienced
