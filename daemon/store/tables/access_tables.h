#ifndef AUDIENCED_DAEMON_STORE_TABLES_ACCESS_TABLES_H_
#define AUDIENCED_DAEMON_STORE_TABLES_ACCESS_TABLES_H_

#include <cstdint>
#include <vector>

#include "daemon/store/access_records.h"
#include "daemon/store/postgres/connection.h"

// Tokens and the audit log. Throws the exceptions of libpqxx.

namespace audienced {

// Within a transaction.
void WriteAccess(DatabaseConnection& connection, const AccessRecords& records,
                 int64_t commit_number);

std::vector<TokenRecord> ReadTokens(DatabaseConnection& connection);

std::vector<AuditEntry> ReadAuditEntries(DatabaseConnection& connection,
                                         const AuditQuery& query);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_ACCESS_TABLES_H_
