#ifndef AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_
#define AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
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

  // Of lines of the same file, as CsvReader::Peek() gives them out, behind
  // `lines_before` others.
  CsvEvents Of(std::string_view lines, int64_t lines_before) const;

  // Reads the next line into `line`; false at the end of the file.
  absl::StatusOr<bool> Next(EventLine& line);

  // The same for who knows what some lines say already. EventLine::says becomes
  // the event's name with the properties that `matters` names, as they stand in
  // the line; where `is_known` says so of that, the event gets no properties.
  using IsKnown = absl::FunctionRef<bool(const std::string& says)>;
  absl::StatusOr<bool> Next(EventLine& line,
                            absl::FunctionRef<bool(std::string_view)> matters,
                            IsKnown is_known);

  CsvReader& reader() { return reader_; }
  const LineReader& lines() const { return reader_.lines(); }

 private:
  struct Column {
    std::vector<Field> fields;  // what it is for
    bool says = false;          // what happened, and that matters
  };

  CsvEvents(CsvReader reader, std::vector<Column> columns,
            EventBuilder builder);

  absl::StatusOr<bool> NextRecord(EventLine& line, const IsKnown* is_known);
  absl::Status Build(bool with_properties, IncomingEvent& incoming);

  CsvReader reader_;
  std::vector<Column> columns_;
  bool is_told_what_matters_ = false;
  EventBuilder builder_;
  CsvReader::Record record_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_
