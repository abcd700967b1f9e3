#include "daemon/ctl/offline/people.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "daemon/ingest/identity.h"

namespace audienced {

// For PlanLinks().
struct People::Known {
  std::optional<Place> Find(const Identifier& identifier) const {
    const auto found = people.numbers_.find(identifier);
    if (found == people.numbers_.end()) return std::nullopt;
    return Place{people.CurrentOf(found->second)};
  }
  const std::vector<Identifier>& IdentifiersOf(Number person) const {
    return people.people_[person].identifiers;
  }
  // Only a command does that.
  bool AreApart(const std::vector<Number>&, Number) const { return false; }

  const People& people;
};

People::Number People::Meet(const std::vector<Identifier>& identifiers) {
  LinkPlan<Place> plan = PlanLinks<Place>(identifiers, limits_, Known{*this});
  Number current = size();
  if (plan.owner) {
    current = plan.owner->current;
  } else {
    people_.emplace_back();
    became_.push_back(current);
  }
  for (const Number other : plan.joined) current = Join(current, other);
  for (Identifier& identifier : plan.linked) {
    numbers_.emplace(identifier, current);
    people_[current].identifiers.push_back(std::move(identifier));
  }
  return current;
}

void People::NoteEvent(Number person, Instant time) {
  Instant& first = people_[CurrentOf(person)].first_event_at;
  first = std::min(first, time);
}

People::Number People::CurrentOf(Number person) const {
  Number current = person;
  while (became_[current] != current) current = became_[current];
  while (became_[person] != current) {
    person = std::exchange(became_[person], current);
  }
  return current;
}

People::Number People::Join(Number one, Number other) {
  const auto key_of = [this](Number number) {
    return KeyOf(people_[number].first());
  };
  const std::string key = key_of(one);
  const std::string other_key = key_of(other);
  if (RankOf(people_[other].identifiers, people_[other].first_event_at,
             other_key) <
      RankOf(people_[one].identifiers, people_[one].first_event_at, key)) {
    std::swap(one, other);
  }
  Person& kept = people_[one];
  Person& gone = people_[other];
  kept.first_event_at = std::min(kept.first_event_at, gone.first_event_at);
  kept.identifiers.insert(kept.identifiers.end(),
                          std::make_move_iterator(gone.identifiers.begin()),
                          std::make_move_iterator(gone.identifiers.end()));
  gone.identifiers.clear();
  became_[other] = one;
  return one;
}

}  // namespace audienced
