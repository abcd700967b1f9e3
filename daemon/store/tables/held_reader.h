#ifndef AUDIENCED_DAEMON_STORE_TABLES_HELD_READER_H_
#define AUDIENCED_DAEMON_STORE_TABLES_HELD_READER_H_

#include <vector>

#include "daemon/store/held_records.h"
#include "daemon/store/postgres/connection.h"

// Reads what is held of profiles; what each returns is described in store.h.
// Throws the exceptions of libpqxx, pqxx::failure where a row makes no sense.

namespace audienced {

HeldLines ReadHeldLines(DatabaseConnection& connection,
                        const std::vector<ProfileId>& profiles,
                        const HeldPosition& after, int limit);
HeldEvents ReadHeldEvents(DatabaseConnection& connection,
                          const std::vector<ProfileId>& profiles,
                          const HeldPosition& after, int limit);
HeldState ReadHeldState(DatabaseConnection& connection,
                        const std::vector<ProfileId>& profiles, absl::Time at);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_HELD_READER_H_
