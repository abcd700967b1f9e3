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
    const absl::StatusOr<int64_t> count = ProfilesAtOnce(store, directory);
    if (!count.ok()) return count.status();
    std::vector<Directory::ProfilePtr> profiles =
        directory.Range(after, *count);
    if (profiles.empty()) return absl::OkStatus();
    after = profiles.back()->id;
    Histories kept;
    const bool keeps = prepared != nullptr && prepared->projection == nullptr;
    size_t next = 0;
    const absl::Status read = LoadHistories(
        store, profiles, directory.size(), *projection, /*prepared=*/nullptr,
        goes_on, [&](const Histories& histories) {
          for (const auto& history : histories) {
            if (!goes_on()) return false;
            each(*profiles[next++], *history);
            if (keeps) kept.push_back(history);
          }
          return true;
        });
    if (!read.ok()) return read;
    if (keeps) *prepared = {projection, std::move(profiles), std::move(kept)};
  }
}

}  // namespace audienced
