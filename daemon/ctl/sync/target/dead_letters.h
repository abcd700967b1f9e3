#ifndef AUDIENCED_DAEMON_CTL_SYNC_TARGET_DEAD_LETTERS_H_
#define AUDIENCED_DAEMON_CTL_SYNC_TARGET_DEAD_LETTERS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "daemon/ctl/sync/target/target.h"

namespace audienced {

// A file of deliveries that a target refused for good, one a line as JSON, with
// the reason: for people to look at, and to act on by hand. Readable for its
// owner alone. Nothing takes lines away.
class DeadLetters {
 public:
  explicit DeadLetters(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // They are on disk when it returns. FAILED_PRECONDITION where that fails.
  absl::Status Add(const std::vector<RefusedDelivery>& refused) const;

 private:
  const std::string path_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_TARGET_DEAD_LETTERS_H_
