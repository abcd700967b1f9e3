#ifndef AUDIENCED_DAEMON_PIPELINE_RECEIVED_EVENTS_H_
#define AUDIENCED_DAEMON_PIPELINE_RECEIVED_EVENTS_H_

#include <vector>

#include "rules/engine/project/projection.h"
#include "rules/history/event.h"
#include "rules/history/history.h"

namespace audienced {

// Events of one profile, in no order, on their way from the database into its
// history. Not thread-safe.
class ReceivedEvents {
 public:
  // `event` as `projection` sees it; one without a name is a remnant.
  void Add(Event event, Projection& projection);
  // Only what `event` says of traits and consents.
  void AddRemnant(Event event, Projection& projection);

  // The history of the events that were added. Where `is_merged`, they are of
  // several profiles that became one, and of an event that both knew the copy
  // that was received first counts. Leaves nothing here.
  History TakeHistory(const Projection& projection, bool is_merged);

 private:
  struct Received {
    Instant at;
    ProjectedEvent event;
  };
  void DropLaterCopies();

  std::vector<Received> events_;
  std::vector<ProjectedEvent> remnants_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_RECEIVED_EVENTS_H_
