#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_PEOPLE_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_PEOPLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "daemon/ingest/identity/link_plan.h"
#include "daemon/ingest/incoming_event.h"
#include "rules/history/instant.h"

namespace audienced {

// The people of a file, by the identifiers that its events name: as the daemon
// makes them of the same events in the same order, with its usual limits
// (daemon/ingest/identity/link_plan.h). Not thread-safe.
class People {
 public:
  using Number = uint32_t;

  struct Person {
    // Makes the permanent key.
    const Identifier& first() const { return identifiers.front(); }

    std::vector<Identifier> identifiers;
    Instant first_event_at = Instant::Forever();
  };

  // Whose event it is that names `identifiers`, in the order of SortByWeight():
  // one that is known, or one more. Who is named together becomes one.
  Number Meet(const std::vector<Identifier>& identifiers);

  // Takes note of an event at `time` of a person that was met.
  void NoteEvent(Number person, Instant time);

  // The one that `person` is by now.
  Number CurrentOf(Number person) const;

  // So many were met; those that became others among them.
  Number size() const { return static_cast<Number>(people_.size()); }
  // Of one that is current.
  Person& person(Number current) { return people_[current]; }

 private:
  struct Place {
    Number current = 0;
  };
  struct Known;

  // The one of the two that goes on has all of the other then.
  Number Join(Number one, Number other);

  const IdentifierLimits limits_{};
  absl::flat_hash_map<Identifier, Number> numbers_;
  std::vector<Person> people_;
  // What each became, itself where it is current. Shortened on the way.
  mutable std::vector<Number> became_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_PEOPLE_H_
