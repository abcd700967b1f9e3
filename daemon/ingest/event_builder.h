#ifndef AUDIENCED_DAEMON_INGEST_EVENT_BUILDER_H_
#define AUDIENCED_DAEMON_INGEST_EVENT_BUILDER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "daemon/ingest/event_mapping.h"
#include "daemon/ingest/incoming_event.h"
#include "rules/history/instant.h"
#include "rules/history/value.h"

namespace audienced {

// Puts one event together from the fields of one line of a file, whatever the
// file's format. What is wrong with a field is kInvalidArgument with a message
// for the list of rejected lines. Not thread-safe.
class EventBuilder {
 public:
  // Events without an `event_id` are known by `origin` and their line. Borrows
  // `mapping`.
  EventBuilder(const EventMapping& mapping, std::string origin);

  const std::string& origin() const { return origin_; }

  // Forgets the event before and begins the one of line `line`, which is made
  // in `incoming`, whatever that holds. Borrows it until Finish().
  void Start(int64_t line, IncomingEvent& incoming);

  // Takes a field as text, as cells of CSV are. Empty text is an absent field.
  absl::Status SetText(const Field& field, std::string_view text);
  // Takes a field as a value of JSON. Null is an absent field.
  absl::Status SetValue(const Field& field, const Value& value);

  // Reads a time as the mapping says that it stands there.
  absl::StatusOr<Instant> ReadTime(std::string_view text) const;
  // The id of an event without one.
  static std::string IdOfLine(int64_t line);

  // Completes the event, where nothing that it must have is missing.
  absl::Status Finish();

 private:
  void AddIdentifier(std::string_view kind, std::string_view value);
  absl::Status SetIdentifiers(const Value& value);
  absl::Status SetItems(const Value& value);
  absl::Status SetConsents(const Value& value);
  // The cell of an item column, with one part for each item.
  absl::Status SetItemParts(const std::string& name, std::string_view text);

  const EventMapping& mapping_;
  const std::string origin_;
  int64_t line_ = 0;
  IncomingEvent* incoming_ = nullptr;
  std::optional<absl::Time> occurred_at_;
  std::optional<absl::Time> received_at_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_EVENT_BUILDER_H_
