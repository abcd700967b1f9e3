#ifndef AUDIENCED_DAEMON_STORE_TABLES_EVENT_PARTITIONS_H_
#define AUDIENCED_DAEMON_STORE_TABLES_EVENT_PARTITIONS_H_

#include <optional>
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

  // The end of the first partition that has something; absent where none has.
  // Throws as above.
  std::optional<absl::Time> FirstEnd(DatabaseConnection& connection);

  // Drops the partitions of the months before that of `time`, and those that an
  // earlier call did not come to drop; empties the one of early years. False
  // where one is being read; it is out of the table then, or soon, and goes
  // with another call. Throws as above.
  bool DropBefore(absl::Time time, DatabaseConnection& connection);

 private:
  struct Partition {
    absl::CivilMonth month;
    bool is_attached = false;
    bool is_pending = false;  // being detached
  };

  static std::vector<Partition> Find(DatabaseConnection& connection);
  static void Drop(const Partition& partition, DatabaseConnection& connection);
  void Make(absl::CivilMonth month, DatabaseConnection& connection);

  std::set<absl::CivilMonth> known_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_TABLES_EVENT_PARTITIONS_H_
