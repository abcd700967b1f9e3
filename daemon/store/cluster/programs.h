#ifndef AUDIENCED_DAEMON_STORE_CLUSTER_PROGRAMS_H_
#define AUDIENCED_DAEMON_STORE_CLUSTER_PROGRAMS_H_

#include <string>

#include "absl/status/statusor.h"
#include "daemon/store/cluster/command.h"

namespace audienced {

// The folder with initdb, pg_ctl and postgres of the newest PostgreSQL that is
// installed. `version` is the file PG_VERSION of a cluster: then of that major
// version, because no other can open it; empty: none is there yet.
// kFailedPrecondition says what to install.
absl::StatusOr<std::string> FindPrograms(const std::string& version,
                                         const UnixUser& user);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_CLUSTER_PROGRAMS_H_
