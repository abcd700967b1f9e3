#ifndef AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_
#define AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "daemon/ingest/csv_reader.h"
#include "daemon/ingest/event_builder.h"
#include "daemon/ingest/event_line.h"
#include "daemon/ingest/event_mapping.h"
#include "rules/history/instant.h"

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

  // Of lines of the same file, which its reader handed over.
  CsvEvents Of(CsvReader lines) const;

  // Reads the next line into `line`; false at the end of the file.
  absl::StatusOr<bool> Next(EventLine& line);

  // What a line says at a first look, which leaves aside most of it.
  struct Look {
    CsvReader::Record record;
    // Whether it is an event, if another line that says the same is one. All
    // of the following is of such lines only.
    bool may_be_event = false;
    Instant occurred_at;
    std::string_view event_id;
    std::string line_id;  // what `event_id` shows of an event without one
  };

  // Says which properties matter to who looks. To be called before Next().
  void LookFor(absl::FunctionRef<bool(std::string_view property)> matters);

  // Looks at the next line; false at the end of the file. `look` holds as its
  // record does.
  absl::StatusOr<bool> Next(Look& look);

  // What a line that may be an event says: calls `each` with the event's name
  // and the properties that matter, as they stand there, of every line the
  // same ones in the same order.
  template <typename Each>
  void ForEachSaid(const Look& look, Each each) const {
    for (const size_t column : looked_at_.said) each(look.record.cells[column]);
  }
  // Calls `each` with the kind and the value of each of its identifiers, at
  // least one.
  template <typename Each>
  void ForEachIdentifier(const Look& look, Each each) const {
    for (const auto& [column, kind] : looked_at_.identifiers) {
      const std::string_view value = look.record.cells[column];
      if (!value.empty()) each(kind, value);
    }
  }

  // Reads a line that Next() looked at.
  void Read(const Look& look, EventLine& line);

  // See EventBuilder.
  const std::string& origin() const { return builder_.origin(); }

  CsvReader& reader() { return reader_; }
  const LineReader& lines() const { return reader_.lines(); }

 private:
  // What the columns are for.
  using Columns = std::vector<std::vector<Field>>;
  // The columns that Next(Look&) looks at, by number.
  struct LookedAt {
    std::vector<size_t> said;  // what happened, and it matters
    std::vector<std::pair<size_t, std::string>> identifiers;  // and their kind
    size_t occurred_at = 0;
    std::optional<size_t> received_at;
    std::optional<size_t> event_id;
  };

  CsvEvents(CsvReader reader, Columns columns, EventBuilder builder);

  bool MayBeEvent(Look& look) const;
  void Read(const CsvReader::Record& record, EventLine& line);
  absl::Status Build(const CsvReader::Record& record, IncomingEvent& incoming);

  CsvReader reader_;
  Columns columns_;
  LookedAt looked_at_;
  EventBuilder builder_;
  CsvReader::Record record_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_CSV_EVENTS_H_
