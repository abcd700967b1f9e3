#ifndef AUDIENCED_DAEMON_PIPELINE_HISTORY_SCAN_H_
#define AUDIENCED_DAEMON_PIPELINE_HISTORY_SCAN_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "daemon/pipeline/directory.h"
#include "daemon/store/store.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// Reads every profile's history from the database for `projection`, whose rules
// need not be in force, and hands it to `each` together with the profile as it
// is published; by number, as many in memory at a time as LoadHistories() can
// take. What is committed meanwhile may or may not be seen. Ends with
// kCancelled when `each` returns false. Thread-safe but for `projection`, which
// is the caller's.
absl::Status ScanHistories(
    Store& store, const Directory& directory, Projection& projection,
    absl::FunctionRef<bool(const Profile& profile, const History& history)>
        each);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_HISTORY_SCAN_H_
