#include "daemon/store/tables/event_partitions.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace audienced {
namespace {

// What occurred before this month shares one partition, made by a migration.
constexpr absl::CivilMonth kFirstMonth(1990, 1);
constexpr absl::CivilMonth kEndMonth(10000, 1);

std::string Bound(absl::CivilMonth month) {
  return absl::StrFormat("'%04d-%02d-01 00:00:00+00'", month.year(),
                         month.month());
}

std::string NameOf(absl::CivilMonth month) {
  return absl::StrFormat("audienced.event_%04d_%02d", month.year(),
                         month.month());
}

absl::Time BeginOf(absl::CivilMonth month) {
  return absl::FromCivil(absl::CivilSecond(month), absl::UTCTimeZone());
}

// So long detaching and dropping wait for those who read; ingest waits with
// them.
constexpr char kShortWait[] = "SET statement_timeout = '300ms'";
constexpr char kAnyWait[] = "SET statement_timeout = 0";
// SQLSTATE of a statement that took too long.
constexpr char kCancelled[] = "57014";

}  // namespace

absl::Status EventPartitions::MakeFor(const std::vector<EventRecord>& events,
                                      DatabaseConnection& connection) {
  for (const EventRecord& record : events) {
    const absl::CivilMonth month =
        absl::ToCivilMonth(record.event.occurred_at, absl::UTCTimeZone());
    if (month < kFirstMonth || known_.contains(month)) continue;
    if (month >= kEndMonth) {
      return absl::InvalidArgumentError("an event is after the year 9999");
    }
    Make(month, connection);
    known_.insert(month);
  }
  return absl::OkStatus();
}

void EventPartitions::Make(absl::CivilMonth month,
                           DatabaseConnection& connection) {
  for (const Partition& partition : Find(connection)) {
    if (partition.month != month) continue;
    if (partition.is_attached && !partition.is_pending) return;
    Drop(partition, connection);  // left by a try to drop it
  }
  const std::string name = NameOf(month);
  pqxx::work transaction(connection);
  // Attached, not created in place: that would wait for all readers of events.
  transaction.exec(absl::StrCat("CREATE TABLE ", name,
                                " (LIKE audienced.event INCLUDING ALL)"));
  transaction.exec(absl::StrCat("ALTER TABLE audienced.event ATTACH PARTITION ",
                                name, " FOR VALUES FROM (", Bound(month),
                                ") TO (", Bound(month + 1), ")"));
  transaction.exec(
      absl::StrCat("COMMENT ON TABLE ", name, " IS 'Events that occurred from ",
                   absl::FormatCivilTime(month), " (included) to ",
                   absl::FormatCivilTime(month + 1), " (not included), UTC.'"));
  transaction.commit();
}

std::vector<EventPartitions::Partition> EventPartitions::Find(
    DatabaseConnection& connection) {
  std::vector<Partition> partitions;
  for (const auto& row : connection.Query(
           "SELECT substr(relname, 7, 4), substr(relname, 12, 2), "
           "inhrelid IS NOT NULL, coalesce(inhdetachpending, false) "
           "FROM pg_class AS c LEFT JOIN pg_inherits AS i "
           "ON i.inhrelid = c.oid WHERE relnamespace = "
           "'audienced'::regnamespace AND relkind = 'r' "
           "AND relname ~ '^event_[0-9]{4}_[0-9]{2}$' ORDER BY relname")) {
    partitions.push_back({absl::CivilMonth(row[0].as<int>(), row[1].as<int>()),
                          row[2].as<bool>(), row[3].as<bool>()});
  }
  return partitions;
}

std::optional<absl::Time> EventPartitions::FirstEnd(
    DatabaseConnection& connection) {
  const bool has_early =
      connection
          .Query(
              "SELECT EXISTS (SELECT FROM audienced.event_before_1990)")[0][0]
          .as<bool>();
  if (has_early) return BeginOf(kFirstMonth);
  const std::vector<Partition> partitions = Find(connection);
  if (partitions.empty()) return std::nullopt;
  return BeginOf(partitions.front().month + 1);
}

bool EventPartitions::DropBefore(absl::Time time,
                                 DatabaseConnection& connection) {
  const absl::CivilMonth end = absl::ToCivilMonth(time, absl::UTCTimeZone());
  if (end >= kFirstMonth) {
    connection.Query("DELETE FROM audienced.event_before_1990");
  }
  connection.Query(kShortWait);
  bool all = true;
  for (const Partition& partition : Find(connection)) {
    const bool is_left = !partition.is_attached || partition.is_pending;
    if (partition.month >= end && !is_left) continue;
    known_.erase(partition.month);
    try {
      Drop(partition, connection);
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != kCancelled) {
        connection.Drop();  // it would go on waiting for a short time only
        throw;
      }
      all = false;
    }
  }
  connection.Query(kAnyWait);
  return all;
}

// Each step stands for itself, so that none holds up readers or writers of the
// table: PostgreSQL detaches without locking it, but not in a transaction.
void EventPartitions::Drop(const Partition& partition,
                           DatabaseConnection& connection) {
  const std::string name = NameOf(partition.month);
  if (partition.is_attached) {
    connection.Query(
        absl::StrCat("ALTER TABLE audienced.event DETACH PARTITION ", name,
                     partition.is_pending ? " FINALIZE" : " CONCURRENTLY"));
  }
  connection.Query(absl::StrCat("DROP TABLE ", name));
}

}  // namespace audienced
