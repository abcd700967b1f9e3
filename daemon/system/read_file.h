#ifndef AUDIENCED_DAEMON_SYSTEM_READ_FILE_H_
#define AUDIENCED_DAEMON_SYSTEM_READ_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace audienced {

// The file at `path`, or its first `limit` bytes where it has more. Else what
// the system says: "cannot read the file 'PATH': No such file or directory",
// with the code of absl::ErrnoToStatus(). A folder cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path,
                                     size_t limit = SIZE_MAX);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SYSTEM_READ_FILE_H_
