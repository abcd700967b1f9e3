#ifndef AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_
#define AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
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

  // What a line says at a first look, which leaves aside most of it.
  struct Look {
    CsvReader::Record record;
    // Whether it is an event, if another line that `says` the same is one. All
    // of the following is of such lines only.
    bool may_be_event = false;
    // The event's name and the properties that matter, as they stand there.
    std::string says;
    std::string identifiers;  // see AppendIdentifier()
    absl::Time occurred_at;
    std::string event_id;
  };

  // Says which properties matter to who looks. To be called before Next().
  void LookFor(absl::FunctionRef<bool(std::string_view property)> matters);

  // Looks at the next line; false at the end of the file. `look` holds as its
  // record does.
  absl::StatusOr<bool> Next(Look& look);

  // Reads a line that Next() looked at.
  void Read(const Look& look, EventLine& line);
  // The identifiers of a line that may be an event.
  std::vector<Identifier> IdentifiersOf(const Look& look) const;

  // See EventBuilder.
  const std::string& origin() const { return builder_.origin(); }

  CsvReader& reader() { return reader_; }
  const LineReader& lines() const { return reader_.lines(); }

 private:
  struct Column {
    std::vector<Field> fields;  // what it is for
    bool says = false;          // what happened, and it matters
  };

  CsvEvents(CsvReader reader, std::vector<Column> columns,
            EventBuilder builder);

  bool MayBeEvent(Look& look) const;
  void Read(const CsvReader::Record& record, EventLine& line);
  absl::Status Build(const CsvReader::Record& record, IncomingEvent& incoming);

  CsvReader reader_;
  std::vector<Column> columns_;
  EventBuilder builder_;
  CsvReader::Record record_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_
