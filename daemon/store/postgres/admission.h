#ifndef AUDIENCED_DAEMON_STORE_POSTGRES_ADMISSION_H_
#define AUDIENCED_DAEMON_STORE_POSTGRES_ADMISSION_H_

#include <string>

#include "absl/status/status.h"
#include "daemon/store/postgres/connection.h"

// Whether the daemon may use a database. Each check is kFailedPrecondition with
// what was found and what is wanted. They throw the exceptions of libpqxx.

namespace audienced {

// Refuses a database that can lose what was committed (fsync or
// synchronous_commit off), that is read-only, too old, or not in UTF-8.
absl::Status CheckSettings(DatabaseConnection& connection);

// Refuses a pooler that gives each transaction another session: the advisory
// lock would be lost between them. `url` is that of `connection`.
absl::Status RefuseTransactionPooling(DatabaseConnection& connection,
                                      const std::string& url);

// Takes the advisory lock that makes this process the one writer of the
// database. Where another session holds it, the message names that session. A
// session that is about to end is waited for, a few seconds: one of a process
// of this host that is gone, and the one with the server process
// `former_session` (0: none), the lost connection of this process, which is
// told to end. kUnavailable where it has not ended then.
absl::Status TakeLock(DatabaseConnection& connection, int former_session);

// Gives the lock back now; the end of the connection would do it a little
// later.
void ReleaseLock(DatabaseConnection& connection);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_POSTGRES_ADMISSION_H_
