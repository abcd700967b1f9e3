#include "tests/oracle/crossings.h"

namespace audienced::oracle {
namespace {

// Exact to a millisecond, on both sides.
constexpr int64_t kScoreMicros = 2000;

}  // namespace

Crossings::Crossings(const Rulebook& rulebook, Oracle& oracle) {
  for (const Audience& audience : rulebook.audiences) {
    oracle.TimelinesOf(audience);
  }
  instants_ = oracle.score_crossings();
  if (instants_.empty()) return;
  // A crossing moves all that waits for it.
  for (const Audience& audience : rulebook.audiences) {
    for (const auto& wait : {audience.stay, audience.rejoin_after}) {
      if (!wait) continue;
      std::set<Instant> later;
      for (Instant t : instants_) later.insert(Later(t, *wait));
      instants_.merge(later);
    }
  }
}

bool Crossings::AreNear(Instant t) const {
  const auto near = instants_.lower_bound(Plus(t, -kScoreMicros));
  return near != instants_.end() && *near <= Plus(t, kScoreMicros);
}

}  // namespace audienced::oracle
