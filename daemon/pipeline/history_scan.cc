#include "daemon/pipeline/history_scan.h"

#include <vector>

#include "daemon/pipeline/history_reader.h"

namespace audienced {
namespace {

constexpr int64_t kProfilesPerStep = 500;

}  // namespace

absl::Status ScanHistories(
    Store& store, const Directory& directory, Projection& projection,
    absl::FunctionRef<bool(const Profile& profile, const History& history)>
        each) {
  for (ProfileId after{0};;) {
    const std::vector<Directory::ProfilePtr> profiles =
        directory.Range(after, kProfilesPerStep);
    if (profiles.empty()) return absl::OkStatus();
    after = profiles.back()->id;
    const absl::StatusOr<Histories> histories =
        ReadHistories(store, profiles, projection);
    if (!histories.ok()) return histories.status();
    for (size_t i = 0; i < profiles.size(); ++i) {
      if (!each(*profiles[i], *(*histories)[i])) {
        return absl::CancelledError("the scan of histories was cancelled");
      }
    }
  }
}

}  // namespace audienced
