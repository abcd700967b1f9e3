#ifndef AUDIENCED_DAEMON_STORE_TABLES_RECORD_READER_H_
#define AUDIENCED_DAEMON_STORE_TABLES_RECORD_READER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "daemon/store/postgres/connection.h"
#include "daemon/store/records.h"
#include "daemon/store/stored_event.h"

// Reads records; what each returns is described in store.h. Throws the
// exceptions of libpqxx, pqxx::failure where a row makes no sense.

namespace audienced {

class Row;

// The columns that ToEvent() takes, in order.
inline constexpr char kEventColumns[] =
    "profile_id, occurred_at, received_at, origin, event_id, session_id, name, "
    "properties, items, traits, consents";
StoredEvent TakeEvent(Row& row);
inline EventRecord ToEvent(Row& row) { return TakeEvent(row).ToRecord(); }

// `1, 2, 3`, for IN (...); not for none.
std::string NumberList(const std::vector<ProfileId>& profiles);

void ReadProfiles(DatabaseConnection& connection,
                  const std::function<void(ProfileRecord)>& each);
std::vector<ProfileRecord> ReadProfilesOf(
    DatabaseConnection& connection, const std::vector<ProfileId>& profiles);
void ReadIdentifiers(DatabaseConnection& connection,
                     const std::function<void(IdentifierRecord)>& each);
void ReadErasedIdentifiers(
    DatabaseConnection& connection,
    const std::function<void(ErasedIdentifierRecord)>& each);
void ReadSeparations(DatabaseConnection& connection,
                     const std::function<void(SeparationRecord)>& each);
void ReadSeenNames(DatabaseConnection& connection,
                   const std::function<void(SeenNameRecord)>& each);
std::vector<EventRecord> ReadEventsOf(DatabaseConnection& connection,
                                      ProfileId after, ProfileId through,
                                      const std::vector<ProfileId>& others);
// Pages [begin, end) of each partition.
struct PageRange {
  static constexpr int64_t kNoEnd = -1;
  int64_t begin = 0;
  int64_t end = kNoEnd;
};
// The events of the same profiles that lie in `range`, as they lie there, some
// at a time.
void ReadEventsIn(DatabaseConnection& connection, PageRange range,
                  ProfileId after, ProfileId through,
                  const std::vector<ProfileId>& others,
                  absl::FunctionRef<void(StoredEvents)> each);

// What the events take on disk, without their index.
struct EventsSize {
  int64_t bytes = 0;
  int64_t largest_pages = 0;  // of the partition with most
};
EventsSize SizeOfEvents(DatabaseConnection& connection);

std::vector<EventRecord> ReadEventsAt(DatabaseConnection& connection,
                                      const std::vector<ProfileId>& profiles,
                                      absl::Time time);
// As ReadEventsOf() takes profiles, what events said that are no longer there
// and occurred at or before `remnants_through`; a record for each trait and
// consent.
std::vector<EventRecord> ReadRemnantsOf(DatabaseConnection& connection,
                                        ProfileId after, ProfileId through,
                                        const std::vector<ProfileId>& others,
                                        absl::Time remnants_through);
// `which` is a WHERE clause or empty. Empty where there is none.
std::vector<RuleVersionRecord> ReadNewestRulesWhere(
    DatabaseConnection& connection, const std::string& which);
std::vector<RuleVersionRecord> ReadRuleVersions(DatabaseConnection& connection,
                                                int64_t before, int limit);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_RECORD_READER_H_
