#ifndef AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_STAMP_H_
#define AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_STAMP_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace audienced {

// The state that cached histories are of.
struct CacheStamp {
  std::string database_id;
  std::string start_id;  // of the daemon that kept them
  int64_t commit_number = 0;
  // The version of the rules that numbered what stands in them, and the
  // retention for which these were compiled.
  int64_t schema_version = 0;
  absl::Duration retention;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_HISTORY_CACHE_CACHE_STAMP_H_
