#ifndef AUDIENCED_DAEMON_PIPELINE_HISTORY_SCAN_H_
#define AUDIENCED_DAEMON_PIPELINE_HISTORY_SCAN_H_

#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/prepared_histories.h"
#include "daemon/store/store.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// Hands every profile's history, for `projection`, whose rules need not be in
// force, to `each` together with the profile as it is published; by number, as
// many in memory at a time as LoadHistories() can take. The first so many are
// put into `prepared`, which may be null. What is committed meanwhile may or
// may not be seen. Ends with kCancelled when `goes_on` says no, which is asked
// before each profile and while they are read. Thread-safe.
absl::Status ScanHistories(
    Store& store, const Directory& directory,
    const std::shared_ptr<Projection>& projection, PreparedHistories* prepared,
    absl::FunctionRef<bool()> goes_on,
    absl::FunctionRef<void(const Profile& profile, const History& history)>
        each);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_HISTORY_SCAN_H_
