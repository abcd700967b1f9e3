#ifndef AUDIENCED_DAEMON_PIPELINE_HISTORY_LOADER_H_
#define AUDIENCED_DAEMON_PIPELINE_HISTORY_LOADER_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "daemon/pipeline/history_reader.h"
#include "daemon/pipeline/prepared_histories.h"

namespace audienced {

// Hands the histories of many of all `all` profiles, which are in the order of
// their numbers, to `take`: portion by portion in that order, each made while
// the one before it is taken. Those in memory that `projection` reads are taken
// from there, or from `prepared`, which was made for it; may be null. The
// others are read, as ReadHistories() reads those of a few: the table of events
// is read once as it lies on disk, by two threads, and brought into order in
// memory, which is several times as fast as having the database look up who did
// what. Meanwhile that takes up to as much memory as the events take on
// disk, so that there is a bound to how many profiles to read at once. Where
// they are not many, does what ReadHistories() does.
//
// What is committed meanwhile may or may not be seen. Ends with kCancelled
// where `goes_on` or `take` says no. Calls `take` from the caller's thread
// alone. Thread-safe.
absl::Status LoadHistories(Store& store,
                           absl::Span<const Directory::ProfilePtr> profiles,
                           int64_t all, Projection& projection,
                           const PreparedHistories* prepared,
                           absl::FunctionRef<bool()> goes_on,
                           absl::FunctionRef<bool(Histories)> take,
                           size_t portion_size = 50'000);

// How many profiles to read at once, so that reading takes no more memory than
// the histories leave of what they may take; or 2 GiB, where that is less.
absl::StatusOr<int64_t> ProfilesAtOnce(Store& store,
                                       const Directory& directory);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_HISTORY_LOADER_H_
