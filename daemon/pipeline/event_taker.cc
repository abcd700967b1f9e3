#include "daemon/pipeline/event_taker.h"

#include <algorithm>
#include <optional>

namespace audienced {

OwnerTable::OwnerTable(absl::Span<const Directory::ProfilePtr> profiles) {
  const auto [first, last] = std::minmax_element(
      profiles.begin(), profiles.end(),
      [](const auto& one, const auto& other) { return one->id < other->id; });
  after_ = static_cast<int64_t>((*first)->id) - 1;
  in_range_.resize(static_cast<int64_t>((*last)->id) - after_, kNobody);
  for (uint32_t i = 0; i < profiles.size(); ++i) {
    Add(profiles[i]->id, i);
    for (const ProfileId part : profiles[i]->absorbed) Add(part, i);
  }
}

uint32_t OwnerTable::Find(ProfileId number) const {
  const int64_t place = PlaceOf(number);
  if (IsInRange(place)) return in_range_[place];
  const auto other = others_.find(number);
  return other == others_.end() ? kNobody : other->second;
}

void OwnerTable::Prefetch(ProfileId number) const {
  const int64_t place = PlaceOf(number);
  if (IsInRange(place)) __builtin_prefetch(&in_range_[place]);
}

Store::EventScan OwnerTable::Scan(int readers) const {
  Store::EventScan scan;
  scan.readers = readers;
  scan.after = ProfileId{after_};
  scan.through = ProfileId{after_ + std::ssize(in_range_)};
  for (const auto& [number, owner] : others_) scan.others.push_back(number);
  return scan;
}

void OwnerTable::Add(ProfileId number, uint32_t owner) {
  const int64_t place = PlaceOf(number);
  if (IsInRange(place)) {
    in_range_[place] = owner;
  } else {
    others_.emplace(number, owner);
  }
}

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
    taken.meaning = MeaningOf(taken);
    taken.meaning.Prefetch();
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

EventMeaning EventTaker::MeaningOf(const Taken& taken) {
  const std::optional<EventMeaning> known = by_all_.Find(taken.says);
  if (known) return *known;
  const EventMeaning meaning = Learn(*taken.event);
  by_all_.Keep(taken.says, meaning);
  return meaning;
}

EventMeaning EventTaker::Learn(const StoredEvent& event) {
  StoredEvent reduced = Reduced(event);
  reduced.session = std::nullopt;  // it has nothing to do with it
  const TextDigest says = TextDigest::Of(reduced.says);
  const std::optional<EventMeaning> known = by_asked_.Find(says);
  if (known) return *known;
  const EventMeaning meaning = part_.Put(Project(reduced));
  by_asked_.Keep(says, meaning);
  return meaning;
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
                    taken.meaning, session});
}

}  // namespace audienced
