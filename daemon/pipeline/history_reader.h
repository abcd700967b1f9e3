#ifndef AUDIENCED_DAEMON_PIPELINE_HISTORY_READER_H_
#define AUDIENCED_DAEMON_PIPELINE_HISTORY_READER_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/pipeline/directory.h"
#include "daemon/store/store.h"
#include "rules/engine/project/projection.h"

namespace audienced {

using Histories = std::vector<std::shared_ptr<const History>>;

// Histories with the ids of their events are large and for one use; those that
// stay in memory are packed and have none.
enum class EventIds { kForgotten, kKept };

// Reads the histories of `profiles` from the database, made for `projection`,
// one for each in their order. What is committed meanwhile may or may not be
// seen. Thread-safe.
absl::StatusOr<Histories> ReadHistories(
    Store& store, absl::Span<const Directory::ProfilePtr> profiles,
    Projection& projection, EventIds ids = EventIds::kForgotten);

// `profiles` with their histories: themselves where these are in memory as they
// are wanted (or the pointer is null), else copies with the history as it is
// stored now, moved to the rules of `projection` with version `rule_version`.
// Reads some at a time. Thread-safe.
absl::StatusOr<std::vector<Directory::ProfilePtr>> WithHistories(
    Store& store, std::vector<Directory::ProfilePtr> profiles,
    const std::shared_ptr<Projection>& projection, int64_t rule_version,
    EventIds ids = EventIds::kForgotten);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_HISTORY_READER_H_
