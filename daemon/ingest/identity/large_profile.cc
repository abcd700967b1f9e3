#include "daemon/ingest/identity/large_profile.h"

namespace audienced {

Event LargeProfileFlag(const Event& over) {
  Event flag;
  flag.occurred_at = over.occurred_at;
  flag.received_at = over.received_at;
  flag.origin = kOwnOrigin;
  flag.event_id = "large";
  flag.name = "$flagged";
  // Else it would begin or prolong a session.
  if (const Value* session = over.properties.Find("session_id")) {
    flag.properties.Set("session_id", *session);
  }
  flag.traits.Set(kLargeTrait, Value(true));
  return flag;
}

}  // namespace audienced
