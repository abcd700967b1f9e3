#include "daemon/pipeline/event_taker.h"

namespace audienced {

void EventTaker::Take(StoredEvents events) {
  taken_.clear();
  for (const StoredEvent& event : events) {
    Taken& taken = taken_.emplace_back();
    taken.event = &event;
    taken.has_meaning =
        !event.has_statements &&
        (!event.session || projection_.TellsSessionsApartOnly());
    owners_.Prefetch(event.profile);
    if (!taken.has_meaning) continue;
    taken.says = TextDigest::Of(event.says);
    by_all_.Prefetch(taken.says);
  }
  for (Taken& taken : taken_) {
    if (!taken.has_meaning) continue;
    taken.meaning = by_all_.Find(taken.says);
    if (taken.meaning) continue;
    taken.asked = TextDigest::Of(Reduced(*taken.event).says);
    by_asked_.Prefetch(taken.asked);
  }
  for (Taken& taken : taken_) {
    if (!taken.has_meaning) continue;
    if (!taken.meaning) taken.meaning = Learn(taken);
    taken.meaning->Prefetch();
  }
  for (const Taken& taken : taken_) Add(taken);
}

void EventTaker::TakeRemnant(EventRecord remnant) {
  const uint32_t owner = owners_.Find(remnant.profile);
  if (owner == OwnerTable::kNobody) return;
  part_.AddRemnant(owner, projection_.Project(std::move(remnant.event)));
}

StoredEvent EventTaker::Reduced(const StoredEvent& event) {
  return event.Reduced(
      [this](std::string_view property) { return projection_.Asks(property); },
      reduced_says_);
}

EventMeaning EventTaker::Learn(const Taken& taken) {
  std::optional<EventMeaning> meaning = by_asked_.Find(taken.asked);
  if (!meaning) {
    StoredEvent reduced = Reduced(*taken.event);
    reduced.session = std::nullopt;  // it has nothing to do with it
    meaning = part_.Put(Project(reduced));
    by_asked_.Keep(taken.asked, *meaning);
  }
  by_all_.Keep(taken.says, *meaning);
  return *meaning;
}

void EventTaker::Add(const Taken& taken) {
  const StoredEvent& event = *taken.event;
  const uint32_t owner = owners_.Find(event.profile);
  if (owner == OwnerTable::kNobody) return;
  if (!taken.has_meaning) {
    part_.Add(owner, Project(Reduced(event)), event.received_at);
    return;
  }
  std::optional<Cell> session;
  if (event.session) session = projection_.CellOf(*event.session);
  part_.Add(owner, {event.occurred_at, event.received_at,
                    EventDigest(event.origin, event.event_id), event.event_id,
                    *taken.meaning, session});
}

}  // namespace audienced
