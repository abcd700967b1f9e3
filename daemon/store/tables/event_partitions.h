#ifndef AUDIENCED_DAEMON_STORE_TABLES_EVENT_PARTITIONS_H_
#define AUDIENCED_DAEMON_STORE_TABLES_EVENT_PARTITIONS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "daemon/store/postgres/connection.h"
#include "daemon/store/records.h"

namespace audienced {

// The monthly partitions of the table event: `event_2024_05` has what occurred
// in that month (UTC). Not thread-safe.
class EventPartitions {
 public:
  // Makes the partitions that `events` need and that are not there, each in a
  // transaction of its own; an empty one does no harm. Events may go on being
  // read and written meanwhile. kInvalidArgument for an event after the year
  // 9999. Throws the exceptions of libpqxx.
  absl::Status MakeFor(const std::vector<EventRecord>& events,
                       DatabaseConnection& connection);

 private:
  void Make(absl::CivilMonth month, DatabaseConnection& connection);

  std::set<absl::CivilMonth> known_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_EVENT_PARTITIONS_H_
