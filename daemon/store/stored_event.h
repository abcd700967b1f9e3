#ifndef AUDIENCED_DAEMON_STORE_STORED_EVENT_H_
#define AUDIENCED_DAEMON_STORE_STORED_EVENT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "daemon/store/records.h"
#include "rules/history/instant.h"

namespace audienced {

// An event as it comes from the database, of which only what tells it from
// others has been looked at. Borrows the row that it was read from.
struct StoredEvent {
  ProfileId profile{};
  Instant occurred_at;
  Instant received_at;
  std::string_view origin;
  std::string_view event_id;
  std::optional<std::string_view> session;  // session_id
  // All else. Where it is equal, two events say the same of what happened.
  std::string_view says;
  // Whether it states traits or consents.
  bool has_statements = false;

  // The same event with only those properties, of its own and of its items,
  // whose names `asks` says yes to; traits and consents stay whole. Events that
  // agree on these say the same then. What it says is written to `text`, and
  // borrows from there.
  StoredEvent Reduced(absl::FunctionRef<bool(std::string_view)> asks,
                      std::string& text) const;

  // The whole event; of a reduced one, what is left.
  EventRecord ToRecord() const;
};
using StoredEvents = absl::Span<const StoredEvent>;

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_STORED_EVENT_H_
