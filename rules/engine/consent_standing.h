#ifndef AUDIENCED_RULES_ENGINE_CONSENT_STANDING_H_
#define AUDIENCED_RULES_ENGINE_CONSENT_STANDING_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/history/history.h"

namespace audienced {

// What a profile has said of one purpose, at some instant.
struct ConsentStanding {
  std::string purpose;
  bool granted = false;
  // When the event occurred that told it; Never: the profile has said nothing,
  // and the default of the rules holds.
  Instant told_at = Instant::Never();

  friend bool operator==(const ConsentStanding&,
                         const ConsentStanding&) = default;
};

// The purposes that the rules name, by name, as they stand at `t` (events at
// `t` included). `changes` are those of a history made for `rulebook`.
std::vector<ConsentStanding> ConsentsAt(const CompiledRulebook& rulebook,
                                        absl::Span<const ConsentChange> changes,
                                        Instant t);

// Whether each of them is granted, in the same order.
std::vector<bool> GrantedAt(const CompiledRulebook& rulebook,
                            absl::Span<const ConsentChange> changes, Instant t);

// Of `changes` those that can still be told at `t` or later: the last one of
// each purpose until then, and all that come after it.
std::vector<ConsentChange> LastConsents(absl::Span<const ConsentChange> changes,
                                        Instant t);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_CONSENT_STANDING_H_
