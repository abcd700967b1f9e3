#ifndef AUDIENCED_DAEMON_HISTORY_CACHE_PROGRAM_DIGEST_H_
#define AUDIENCED_DAEMON_HISTORY_CACHE_PROGRAM_DIGEST_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace audienced {

// A digest (XXH3) of the program that runs: tells it from any other, also from
// one of the same version that was built otherwise.
absl::StatusOr<uint64_t> ProgramDigest();

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_HISTORY_CACHE_PROGRAM_DIGEST_H_
