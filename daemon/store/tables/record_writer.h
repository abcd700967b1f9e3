#ifndef AUDIENCED_DAEMON_STORE_TABLES_RECORD_WRITER_H_
#define AUDIENCED_DAEMON_STORE_TABLES_RECORD_WRITER_H_

#include <vector>

#include "daemon/store/postgres/connection.h"
#include "daemon/store/records.h"

// Writes records in the transaction that the connection is in. Throws the
// exceptions of libpqxx.

namespace audienced {

void WriteProfiles(DatabaseConnection& connection,
                   const std::vector<ProfileRecord>& profiles);
void WriteFirstEvents(DatabaseConnection& connection,
                      const std::vector<FirstEventRecord>& first_events);
void WriteIdentifiers(DatabaseConnection& connection,
                      const std::vector<IdentifierRecord>& identifiers);
void WriteMerges(DatabaseConnection& connection,
                 const std::vector<MergeRecord>& merges);
void WriteSeenNames(DatabaseConnection& connection,
                    const std::vector<SeenNameRecord>& names,
                    absl::Time seen_at);
// New stays, and new states of those that are there.
void WriteStays(DatabaseConnection& connection,
                const std::vector<StayRecord>& stays);
void WriteChanges(DatabaseConnection& connection,
                  const std::vector<ChangeRecord>& changes);
void WriteRules(DatabaseConnection& connection, const RuleVersionRecord& rules);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_RECORD_WRITER_H_
