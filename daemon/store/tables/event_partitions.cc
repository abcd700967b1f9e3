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
  const std::string name =
      absl::StrFormat("audienced.event_%04d_%02d", month.year(), month.month());
  pqxx::work transaction(connection);
  if (!transaction.exec(absl::StrCat("SELECT to_regclass('", name, "')"))[0][0]
           .is_null()) {
    return;
  }
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

}  // namespace audienced
