#ifndef AUDIENCED_RULES_SCENARIO_CHANGE_LIST_H_
#define AUDIENCED_RULES_SCENARIO_CHANGE_LIST_H_

#include <string>
#include <vector>

#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/scenario/scenario.h"
#include "rules/scenario/virtual_run.h"

namespace audienced {

// How the list of changes differs from the list expected; one line of text a
// change, as a test file writes it. Both empty: the lists agree.
struct ChangeDifference {
  std::vector<std::string> missing;     // expected, and did not happen
  std::vector<std::string> unexpected;  // happened, and was not expected
};

// Compares the keys that each expected change names. `renewed` and `updated`
// count where some expected change names that kind. The order of either list
// says nothing: the instants do.
ChangeDifference CompareChanges(const std::vector<ExpectedChange>& expected,
                                const std::vector<RecordedChange>& recorded,
                                const CompiledRulebook& rulebook);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_CHANGE_LIST_H_
