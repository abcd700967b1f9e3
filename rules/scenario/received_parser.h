#ifndef AUDIENCED_RULES_SCENARIO_RECEIVED_PARSER_H_
#define AUDIENCED_RULES_SCENARIO_RECEIVED_PARSER_H_

#include "rules/scenario/node_reading.h"
#include "rules/scenario/scenario.h"
#include "rules/source/diagnostic.h"
#include "rules/source/node.h"

namespace audienced {

// Parses `events:` of a test into its events and merges, in the order of
// receipt.
void ParseReceived(const Node& list, TestTimes& times, ScenarioTest& test,
                   Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_RECEIVED_PARSER_H_
