#ifndef AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_WRITER_H_
#define AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_WRITER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cache_file.pb.h"
#include "daemon/history_cache/cache_stamp.h"
#include "daemon/store/records.h"
#include "daemon/system/part_file.h"
#include "rules/engine/project/history_numbers.h"
#include "rules/history/history.h"

struct XXH3_state_s;

namespace audienced {

// Writes histories into a file (a PartFile) for the next start of this very
// program. Methods fail with FAILED_PRECONDITION, as the file cannot be
// written. Not thread-safe.
class CacheWriter {
 public:
  // The folder of `path` is made where it is missing.
  static absl::StatusOr<CacheWriter> Create(const std::string& path,
                                            const CacheStamp& stamp);
  absl::Status Add(ProfileId profile, const History& history);

  // After the last Add(): what the numbers in the histories mean.
  absl::Status Finish(const HistoryNumbers::Table& numbers);

 private:
  struct Free {
    void operator()(XXH3_state_s* digest) const;
  };

  explicit CacheWriter(PartFile file);
  absl::Status WriteFull();  // the part at hand, where it is large enough
  absl::Status WritePart();

  PartFile file_;
  std::unique_ptr<XXH3_state_s, Free> digest_;
  std::unique_ptr<cache::CachePart> part_;
  size_t part_bytes_ = 0;  // about
};

// Deletes the file, and one that was never finished. There may be none.
void DropCache(const std::string& path);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_WRITER_H_
