#ifndef AUDIENCED_DAEMON_PIPELINE_EVENT_TAKER_H_
#define AUDIENCED_DAEMON_PIPELINE_EVENT_TAKER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/pipeline/owner_table.h"
#include "daemon/store/store.h"
#include "rules/engine/project/event_meanings.h"
#include "rules/engine/project/gathered_events.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// What one reader makes of the events of very many profiles. Borrows all that
// it is given. Not thread-safe; several may work side by side.
//
// Events come in no order, so that hardly anything that is looked up for one is
// near: it is brought near for all that are taken together first.
class EventTaker {
 public:
  EventTaker(const OwnerTable& owners, Projection& projection)
      : owners_(owners), projection_(projection), part_(projection) {}

  void Take(StoredEvents events);
  void TakeRemnant(EventRecord remnant);

  GatheredEvents::Part& part() { return part_; }

 private:
  // An event on its way.
  struct Taken {
    const StoredEvent* event = nullptr;
    bool has_meaning = false;  // which others may have as well
    TextDigest says;
    std::optional<EventMeaning> meaning;
    TextDigest asked;  // of what rules ask of it; where the meaning is unknown
  };

  // What rules ask of it, until the next is reduced.
  StoredEvent Reduced(const StoredEvent& event);
  ProjectedEvent Project(const StoredEvent& event) {
    return projection_.Project(event.ToRecord().event);
  }
  // The meaning of an event where none before it said the same, down to what no
  // rule asks.
  EventMeaning Learn(const Taken& taken);
  void Add(const Taken& taken);

  const OwnerTable& owners_;
  Projection& projection_;
  GatheredEvents::Part part_;
  // By all that events say, which is quick to look up; and by what of it rules
  // ask.
  EventMeanings by_all_;
  EventMeanings by_asked_;
  std::vector<Taken> taken_;
  std::string reduced_says_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_EVENT_TAKER_H_
