#ifndef AUDIENCED_DAEMON_STORE_CLUSTER_CLUSTER_USER_H_
#define AUDIENCED_DAEMON_STORE_CLUSTER_CLUSTER_USER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "daemon/store/cluster/command.h"

namespace audienced {

// The account that a cluster in `cluster_folder` runs as: that of this process;
// where it is root, the owner of the folder or, where there is none yet,
// `postgres`. kFailedPrecondition where there is no such account, or the folder
// belongs to someone that this process cannot become.
absl::StatusOr<UnixUser> ChooseClusterUser(const std::string& cluster_folder);

// Makes sure that `user` can enter `folder`, which exists. A folder that is
// closed to all but its owner is opened to the group of `user` where this
// process is its owner; folders above are left as they are.
// kFailedPrecondition names the folder that is closed and says what to do.
absl::Status LetEnter(const std::string& folder, const UnixUser& user);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_CLUSTER_CLUSTER_USER_H_
