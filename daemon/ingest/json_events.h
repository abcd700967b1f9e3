#ifndef AUDIENCED_DAEMON_INGEST_JSON_EVENTS_H_
#define AUDIENCED_DAEMON_INGEST_JSON_EVENTS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "daemon/ingest/event_builder.h"
#include "daemon/ingest/event_line.h"
#include "daemon/ingest/event_mapping.h"
#include "daemon/ingest/line_reader.h"

namespace audienced {

// Reads events from JSON Lines, one object a line:
//
//   {"occurred_at": "2026-03-01T09:00:00Z", "profile": "ann",
//    "event": "add_to_cart", "items": [{"item_id": "sku-1", "price": 30}]}
//
// `received_at`, `event_id`, `items`, `traits`, `consent` and `identifiers` (an
// object: kind -> value) are those of an event; `profile`, `user_id`,
// `anonymous_id`, `email` and `phone` are identifiers; any other name is a
// property. Empty lines are passed over. Not thread-safe.
class JsonEvents {
 public:
  // Borrows `mapping`.
  JsonEvents(LineReader lines, const EventMapping& mapping,
             const std::string& origin);

  // Of lines of the same file, which its reader handed over.
  JsonEvents Of(LineReader lines) const;

  // Reads the next line into `line`; false at the end of the file.
  absl::StatusOr<bool> Next(EventLine& line);

  LineReader& reader() { return lines_; }
  const LineReader& lines() const { return lines_; }

 private:
  JsonEvents(LineReader lines, const EventMapping& mapping,
             EventBuilder builder);

  absl::Status Build(const LineReader::Line& line, IncomingEvent& incoming);

  LineReader lines_;
  const EventMapping& mapping_;
  EventBuilder builder_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_JSON_EVENTS_H_
