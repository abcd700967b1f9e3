#ifndef AUDIENCED_RULES_HISTORY_EVENT_ORDER_H_
#define AUDIENCED_RULES_HISTORY_EVENT_ORDER_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/history/instant.h"

namespace audienced {

// The order of the events of a profile: by time; at one instant by event_id as
// text; and where two origins have given one id, by the digest of both, so that
// whoever reads the events, in whatever order, finds them in the same one. An
// id that is not known is empty, and comes before all others. Borrows the id.
struct EventOrder {
  Instant time;
  std::string_view event_id;
  uint64_t digest = 0;  // of origin and event_id

  friend auto operator<=>(const EventOrder&, const EventOrder&) = default;
};

// What orders an event among those of its instant, as EventOrder does.
struct EventName {
  std::string event_id;
  uint64_t digest = 0;

  friend auto operator<=>(const EventName&, const EventName&) = default;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_EVENT_ORDER_H_
