#ifndef AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_READER_H_
#define AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_READER_H_

#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "daemon/history_cache/cache_stamp.h"
#include "daemon/history_cache/mapped_file.h"
#include "daemon/store/records.h"
#include "rules/engine/project/history_numbers.h"
#include "rules/history/history.h"

namespace audienced {

// Reads what a CacheWriter wrote. Not thread-safe.
class CacheReader {
 public:
  // NOT_FOUND where there is no such file; FAILED_PRECONDITION where it cannot
  // be read, is not whole, or is of another program than this one.
  static absl::StatusOr<CacheReader> Open(const std::string& path);

  const CacheStamp& stamp() const { return stamp_; }

  // Calls `each` with all histories, in the order in which they were written.
  // Returns what the numbers in them mean.
  HistoryNumbers::Table Read(
      absl::FunctionRef<void(ProfileId, History)> each) const;

 private:
  explicit CacheReader(MappedFile file) : file_(std::move(file)) {}

  MappedFile file_;
  CacheStamp stamp_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_READER_H_
