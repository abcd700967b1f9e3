#include "daemon/pipeline/received_events.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace audienced {

void ReceivedEvents::Add(Event event, Projection& projection) {
  if (event.name.empty()) return AddRemnant(std::move(event), projection);
  const Instant received_at = ToInstant(event.received_at);
  events_.push_back({received_at, projection.Project(std::move(event))});
}

void ReceivedEvents::AddRemnant(Event event, Projection& projection) {
  remnants_.push_back(projection.Project(std::move(event)));
}

History ReceivedEvents::TakeHistory(const Projection& projection,
                                    bool is_merged) {
  if (is_merged) DropLaterCopies();
  // In order, so that each is appended.
  std::sort(events_.begin(), events_.end(),
            [](const Received& left, const Received& right) {
              return OrderOf(left.event) < OrderOf(right.event);
            });
  History history = projection.NewHistory();
  for (Received& received : events_) {
    history.Insert(std::move(received.event));
  }
  events_ = {};
  for (ProjectedEvent& remnant : remnants_) {
    history.InsertRemnant(std::move(remnant));
  }
  remnants_ = {};
  return history;
}

void ReceivedEvents::DropLaterCopies() {
  std::sort(events_.begin(), events_.end(),
            [](const Received& left, const Received& right) {
              return left.at != right.at
                         ? left.at < right.at
                         : OrderOf(left.event) < OrderOf(right.event);
            });
  absl::flat_hash_set<uint64_t> known;
  events_.erase(
      std::remove_if(events_.begin(), events_.end(),
                     [&](const Received& received) {
                       return !known.insert(received.event.digest).second;
                     }),
      events_.end());
}

}  // namespace audienced
