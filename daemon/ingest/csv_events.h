#ifndef AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_
#define AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/ingest/csv_reader.h"
#include "daemon/ingest/event_builder.h"
#include "daemon/ingest/event_line.h"
#include "daemon/ingest/event_mapping.h"

namespace audienced {

// Reads events from CSV: a header row, then a record an event. Columns:
//
//   event, occurred_at                     every event has them
//   profile, user_id, anonymous_id,
//   email, phone                           identifiers; at least one of them
//   received_at, event_id                  where known
//   any other                              a property, or one of the item
//
// An empty cell is absent. Not thread-safe.
class CsvEvents {
 public:
  // kInvalidArgument where the header cannot be the one of events. Borrows
  // `mapping`.
  static absl::StatusOr<CsvEvents> Open(CsvReader reader,
                                        const EventMapping& mapping,
                                        const std::string& origin);

  // Reads the next line into `line`; false at the end of the file.
  absl::StatusOr<bool> Next(EventLine& line);

  const LineReader& lines() const { return reader_.lines(); }

 private:
  CsvEvents(CsvReader reader, std::vector<std::vector<Field>> columns,
            EventBuilder builder);

  absl::StatusOr<IncomingEvent> Build();

  CsvReader reader_;
  std::vector<std::vector<Field>> columns_;  // what each is for
  EventBuilder builder_;
  CsvReader::Record record_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_
