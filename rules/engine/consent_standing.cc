#include "rules/engine/consent_standing.h"

#include <algorithm>

namespace audienced {

std::vector<ConsentStanding> ConsentsAt(const CompiledRulebook& rulebook,
                                        absl::Span<const ConsentChange> changes,
                                        Instant t) {
  std::vector<ConsentStanding> standings;
  for (const auto& [purpose, granted] : rulebook.program().purposes) {
    standings.push_back({purpose, granted});
  }
  // In their order the later one holds.
  for (const ConsentChange& change : changes) {
    if (change.time > t) break;
    standings[change.purpose].granted = change.granted;
    standings[change.purpose].told_at = change.time;
  }
  std::sort(standings.begin(), standings.end(),
            [](const ConsentStanding& left, const ConsentStanding& right) {
              return left.purpose < right.purpose;
            });
  return standings;
}

std::vector<bool> GrantedAt(const CompiledRulebook& rulebook,
                            absl::Span<const ConsentChange> changes,
                            Instant t) {
  std::vector<bool> granted;
  for (const ConsentStanding& standing : ConsentsAt(rulebook, changes, t)) {
    granted.push_back(standing.granted);
  }
  return granted;
}

std::vector<ConsentChange> LastConsents(absl::Span<const ConsentChange> changes,
                                        Instant t) {
  std::vector<ConsentChange> last;
  std::vector<uint32_t> told;  // purposes; few
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (change->time <= t) {
      if (std::count(told.begin(), told.end(), change->purpose) > 0) continue;
      told.push_back(change->purpose);
    }
    last.push_back(*change);
  }
  std::reverse(last.begin(), last.end());
  return last;
}

}  // namespace audienced
