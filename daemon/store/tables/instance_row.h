#ifndef AUDIENCED_DAEMON_STORE_TABLES_INSTANCE_ROW_H_
#define AUDIENCED_DAEMON_STORE_TABLES_INSTANCE_ROW_H_

#include <string>

#include "daemon/store/postgres/connection.h"
#include "daemon/store/records.h"

// The one row of the table instance. Throws the exceptions of libpqxx.

namespace audienced {

// Makes the row where there is none. Gives the database another id where it is
// not the one it was at the last start: restored from a backup, copied, or a
// standby that took over; cursors of before then name another database. Notes
// the start of the daemon.
void PrepareInstance(DatabaseConnection& connection);

InstanceRecord ReadInstance(DatabaseConnection& connection);
// The id of the daemon that started last on this database.
std::string ReadLastStart(DatabaseConnection& connection);
int64_t ReadCommitNumber(DatabaseConnection& connection);

// Brings the row to what `batch` says, in the transaction that the connection
// is in. Touches no row where it does not stand at the commit before: someone
// else wrote.
void AdvanceInstance(DatabaseConnection& connection, const CommitBatch& batch);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_INSTANCE_ROW_H_
