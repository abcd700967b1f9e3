#ifndef AUDIENCED_DAEMON_INGEST_INCOMING_EVENT_H_
#define AUDIENCED_DAEMON_INGEST_INCOMING_EVENT_H_

#include <string>
#include <utility>
#include <vector>

#include "rules/history/event.h"

namespace audienced {

// One name of a person: `user_id` 42, `email` ann@example.com. The kind
// `profile` is the name that tests and files give a profile.
struct Identifier {
  std::string kind;
  std::string value;

  friend bool operator==(const Identifier&, const Identifier&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const Identifier& identifier) {
    return H::combine(std::move(state), identifier.kind, identifier.value);
  }
};

// An event with the names of whom it is about, before it is known which profile
// that is.
struct IncomingEvent {
  std::vector<Identifier> identifiers;  // at least one
  Event event;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_INCOMING_EVENT_H_
