#ifndef AUDIENCED_RULES_SCENARIO_SCENARIO_PARSER_H_
#define AUDIENCED_RULES_SCENARIO_SCENARIO_PARSER_H_

#include "rules/language/model.h"
#include "rules/scenario/scenario.h"
#include "rules/source/diagnostic.h"
#include "rules/source/node.h"

namespace audienced {

// Parses the document of a `*.test.yaml`. All faults go to `diagnostics`; what
// has one is left out and parsing goes on, so the result is for running only
// where there are no errors. Does not look into `rulebook:`, which is for
// LoadRulebook().
Scenario ParseScenario(const Node& document, Diagnostics& diagnostics);

// Judges the names of `scenario` that only the rulebook knows: audiences, and
// purposes of consent.
void CheckScenario(const Scenario& scenario, const Rulebook& rulebook,
                   Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_SCENARIO_PARSER_H_
