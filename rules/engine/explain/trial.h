#ifndef AUDIENCED_RULES_ENGINE_EXPLAIN_TRIAL_H_
#define AUDIENCED_RULES_ENGINE_EXPLAIN_TRIAL_H_

#include <string>
#include <vector>

#include "rules/history/event.h"
#include "rules/language/model.h"

namespace audienced {

// Events that are tried on a profile to see what they would change, all at one
// instant, in this order.
struct Trial {
  std::string words;  // "an event of 'purchased' for sku-1"
  std::vector<Event> events;
};

// Trials that say more in less words go before: those of one stage are told
// together, and later stages are tried only where none of an earlier one
// changes anything.
using TrialStage = std::vector<Trial>;
using TrialStages = std::vector<TrialStage>;

// The values that a grouping (`same`) can be tried with.
struct TrialValues {
  std::vector<std::string> held;  // those that satisfy the condition now
  std::vector<std::string> seen;  // others that the profile has, latest first
};

// What could change `condition`, which is neither a combination nor about
// another audience: one list of stages for each way. `holds` is whether it does
// now. Empty where only time, or nothing, can.
std::vector<TrialStages> TrialsFor(const Condition& condition, bool holds,
                                   const Rulebook& rulebook,
                                   const TrialValues& values);

// What could change the consent for `purpose`.
TrialStages ConsentTrials(const std::string& purpose);

// The property that `condition` groups by; empty where it does not.
std::string GroupedBy(const Condition& condition);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_EXPLAIN_TRIAL_H_
