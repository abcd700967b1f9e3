#include "daemon/pipeline/history_scan.h"

#include <utility>
#include <vector>

#include "daemon/pipeline/history_loader.h"

namespace audienced {

absl::Status ScanHistories(
    Store& store, const Directory& directory,
    const std::shared_ptr<Projection>& projection, PreparedHistories* prepared,
    absl::FunctionRef<bool()> goes_on,
    absl::FunctionRef<void(const Profile& profile, const History& history)>
        each) {
  for (ProfileId after{0};;) {
    const absl::StatusOr<int64_t> count =
        ProfilesAtOnce(store, directory.size());
    if (!count.ok()) return count.status();
    std::vector<Directory::ProfilePtr> profiles =
        directory.Range(after, *count);
    if (profiles.empty()) return absl::OkStatus();
    after = profiles.back()->id;
    absl::StatusOr<Histories> histories =
        LoadHistories(store, profiles, directory.size(), *projection,
                      /*prepared=*/nullptr, goes_on);
    if (!histories.ok()) return histories.status();
    for (size_t i = 0; i < profiles.size(); ++i) {
      if (!goes_on()) {
        return absl::CancelledError("the scan of histories was cancelled");
      }
      each(*profiles[i], *(*histories)[i]);
    }
    if (prepared != nullptr && prepared->projection == nullptr) {
      *prepared = {projection, std::move(profiles), *std::move(histories)};
    }
  }
}

}  // namespace audienced
