#ifndef AUDIENCED_DAEMON_STORE_TABLES_MEMBERSHIP_READER_H_
#define AUDIENCED_DAEMON_STORE_TABLES_MEMBERSHIP_READER_H_

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/postgres/connection.h"
#include "daemon/store/records.h"

// Reads stays and changes; what each returns is described in store.h. Throws
// the exceptions of libpqxx, pqxx::failure where a row makes no sense.

namespace audienced {

// Of profiles with numbers in (after, through].
std::vector<StayRecord> ReadLatestStays(DatabaseConnection& connection,
                                        ProfileId after, ProfileId through);
std::vector<StayRecord> ReadMembers(DatabaseConnection& connection,
                                    const std::string& audience,
                                    const StreamPositions& heads,
                                    ProfileId after, int limit);
std::vector<StayRecord> ReadMembersAmong(
    DatabaseConnection& connection, const std::string& audience,
    const StreamPositions& heads, const std::vector<ProfileId>& profiles);
std::vector<StayRecord> ReadStaysOf(DatabaseConnection& connection,
                                    const std::vector<ProfileId>& profiles,
                                    int limit);
std::vector<ChangeRecord> ReadChangesBetween(DatabaseConnection& connection,
                                             const StreamPositions& after,
                                             const StreamPositions& through,
                                             int limit);
// `start` is where the log starts.
RemovableChanges ReadRemovableChanges(DatabaseConnection& connection,
                                      const StreamPositions& start,
                                      const StreamPositions& held,
                                      absl::Time kept_from,
                                      absl::Time held_from, int limit);
std::optional<absl::Time> ReadFirstChangeAfter(
    DatabaseConnection& connection, const StreamPositions& positions);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_MEMBERSHIP_READER_H_
