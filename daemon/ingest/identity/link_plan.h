#ifndef AUDIENCED_DAEMON_INGEST_IDENTITY_LINK_PLAN_H_
#define AUDIENCED_DAEMON_INGEST_IDENTITY_LINK_PLAN_H_

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "daemon/ingest/identity/identifier_limits.h"
#include "daemon/ingest/incoming_event.h"
#include "rules/history/instant.h"

// Who is who by what events say: the daemon, and who reads a file without one,
// ask here.

namespace audienced {

// An identifier of an event that was passed over.
struct DroppedIdentifier {
  std::string kind;
  const char* reason = "";  // BLOCKED_IDENTIFIER or IDENTIFIER_LIMIT
};

// What an event makes of the profiles that its identifiers name. `Place` is
// where an identifier leads; its `current` is the profile that it names now.
template <typename Place>
struct LinkPlan {
  using Id = decltype(Place::current);

  std::optional<Place> owner;      // whose event it is; absent: a new profile's
  std::vector<Id> joined;          // those that become one with it
  std::vector<Identifier> linked;  // that nobody has
  std::vector<DroppedIdentifier> dropped;
};

bool HasUserId(const std::vector<Identifier>& identifiers);

// Of two profiles that become one the lesser goes on: who has a user_id, else
// whose first event is older, else whose key is smaller.
using SurvivalRank = std::tuple<bool, Instant, std::string_view>;
inline SurvivalRank RankOf(const std::vector<Identifier>& identifiers,
                           Instant first_event_at, std::string_view key) {
  return {!HasUserId(identifiers), first_event_at, key};
}

// The second half of PlanLinks(): what becomes of identifiers that nobody has,
// and of other profiles.
template <typename Place, typename People>
void PlanOthers(const std::vector<Identifier>& identifiers,
                const std::vector<std::optional<Place>>& places,
                const IdentifierLimits& limits, const People& people,
                LinkPlan<Place>& plan) {
  std::vector<Identifier> together;
  std::vector<typename LinkPlan<Place>::Id> group;
  if (plan.owner) {
    together = people.IdentifiersOf(plan.owner->current);
    group.push_back(plan.owner->current);
  }
  for (size_t i = 0; i < identifiers.size(); ++i) {
    const std::string& kind = identifiers[i].kind;
    if (!places[i]) {
      if (limits.AllowOneMore(together, kind)) {
        together.push_back(identifiers[i]);
        plan.linked.push_back(identifiers[i]);
      } else {
        plan.dropped.push_back({kind, "IDENTIFIER_LIMIT"});
      }
      continue;
    }
    const auto other = places[i]->current;
    if (std::find(group.begin(), group.end(), other) != group.end()) continue;
    const std::vector<Identifier>& theirs = people.IdentifiersOf(other);
    // Two users are two persons, and who was taken apart stays apart.
    if ((HasUserId(together) && HasUserId(theirs)) ||
        people.AreApart(group, other)) {
      continue;
    }
    if (!plan.owner || !limits.AllowTogether(together, theirs)) {
      plan.dropped.push_back({kind, "IDENTIFIER_LIMIT"});
      continue;
    }
    plan.joined.push_back(other);
    together.insert(together.end(), theirs.begin(), theirs.end());
    group.push_back(other);
  }
}

// Makes the plan for an event with `identifiers`, in the order of
// SortByWeight(). The heaviest one says whose event it is; where nobody has it,
// the next one whose profile may have it. `People` are those known so far:
//
//   std::optional<Place> Find(const Identifier&) const;
//   const std::vector<Identifier>& IdentifiersOf(Id) const;
//   // Whether someone has taken `other` apart from one of `group`.
//   bool AreApart(const std::vector<Id>& group, Id other) const;
template <typename Place, typename People>
LinkPlan<Place> PlanLinks(const std::vector<Identifier>& identifiers,
                          const IdentifierLimits& limits,
                          const People& people) {
  LinkPlan<Place> plan;
  std::vector<std::optional<Place>> places;
  places.reserve(identifiers.size());
  bool is_settled = true;
  for (const Identifier& identifier : identifiers) {
    const auto& place = places.emplace_back(people.Find(identifier));
    if (place && !plan.owner &&
        (places.size() == 1 ||
         limits.AllowOneMore(people.IdentifiersOf(place->current),
                             identifiers.front().kind))) {
      plan.owner = place;
    }
    is_settled = is_settled && place && plan.owner &&
                 place->current == plan.owner->current;
  }
  if (!is_settled) PlanOthers(identifiers, places, limits, people, plan);
  return plan;
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_IDENTITY_LINK_PLAN_H_
