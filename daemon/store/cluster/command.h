#ifndef AUDIENCED_DAEMON_STORE_CLUSTER_COMMAND_H_
#define AUDIENCED_DAEMON_STORE_CLUSTER_COMMAND_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace audienced {

// An account of the system.
struct UnixUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
};

struct CommandResult {
  int exit_code = 0;   // 128 plus the signal where one ended it
  std::string output;  // both streams; the first 16 KiB, without final newlines
};

// Runs the program `arguments[0]` and waits for its end. It is looked for in
// /usr/bin and /bin where it has no slash. Run by root, it becomes `user`
// before it starts. It starts in the folder /, with no input, no open file, no
// environment but PATH and the locale C, and no signal blocked.
absl::StatusOr<CommandResult> RunCommand(
    const std::vector<std::string>& arguments, const UnixUser& user);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_CLUSTER_COMMAND_H_
