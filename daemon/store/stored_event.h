#ifndef AUDIENCED_DAEMON_STORE_STORED_EVENT_H_
#define AUDIENCED_DAEMON_STORE_STORED_EVENT_H_

#include <optional>
#include <string_view>

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

  // The whole event.
  EventRecord ToRecord() const;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_STORE_STORED_EVENT_H_
