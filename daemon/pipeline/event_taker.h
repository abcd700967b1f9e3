#ifndef AUDIENCED_DAEMON_PIPELINE_EVENT_TAKER_H_
#define AUDIENCED_DAEMON_PIPELINE_EVENT_TAKER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "daemon/pipeline/directory.h"
#include "daemon/store/store.h"
#include "rules/engine/project/event_meanings.h"
#include "rules/engine/project/gathered_events.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// Which profile of a list a number stands for. Immutable.
class OwnerTable {
 public:
  // Not of none.
  explicit OwnerTable(absl::Span<const Directory::ProfilePtr> profiles);

  static constexpr uint32_t kNobody = UINT32_MAX;
  uint32_t Find(ProfileId number) const;
  // Brings near what Find() looks at, for who asks soon.
  void Prefetch(ProfileId number) const;

  // What finds the events of all of them.
  Store::EventScan Scan(int readers) const;

 private:
  int64_t PlaceOf(ProfileId number) const {
    return static_cast<int64_t>(number) - after_ - 1;
  }
  bool IsInRange(int64_t place) const {
    return place >= 0 && place < std::ssize(in_range_);
  }
  void Add(ProfileId number, uint32_t owner);

  int64_t after_ = 0;
  std::vector<uint32_t> in_range_;  // by number - after_ - 1
  absl::flat_hash_map<ProfileId, uint32_t> others_;
};

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
    EventMeaning meaning;
  };

  // What rules ask of it, until the next is reduced.
  StoredEvent Reduced(const StoredEvent& event);
  ProjectedEvent Project(const StoredEvent& event) {
    return projection_.Project(event.ToRecord().event);
  }
  EventMeaning MeaningOf(const Taken& taken);
  // What an event means of which none has said the same, down to what no rule
  // asks.
  EventMeaning Learn(const StoredEvent& event);
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
