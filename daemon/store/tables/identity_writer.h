#ifndef AUDIENCED_DAEMON_STORE_TABLES_IDENTITY_WRITER_H_
#define AUDIENCED_DAEMON_STORE_TABLES_IDENTITY_WRITER_H_

#include <vector>

#include "absl/time/time.h"
#include "daemon/store/postgres/connection.h"
#include "daemon/store/records.h"

// Takes profiles apart and erases them, in the transaction that the connection
// is in. Throws the exceptions of libpqxx.

namespace audienced {

void WriteUnmerges(DatabaseConnection& connection,
                   const std::vector<UnmergeRecord>& unmerges,
                   absl::Time separated_at);
void RemoveSeparations(DatabaseConnection& connection,
                       const std::vector<SeparationRecord>& separations);

// Deletes everything of the profiles but their numbers and the changes that
// were published of them; these lose context and identifiers.
void Erase(DatabaseConnection& connection,
           const std::vector<ErasureRecord>& erasures, absl::Time erased_at);
// Takes the identifiers out of all changes of `profiles`.
void ForgetExits(DatabaseConnection& connection,
                 const std::vector<ProfileId>& profiles);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_IDENTITY_WRITER_H_
