#ifndef AUDIENCED_RULES_SCENARIO_EXPECTATION_PARSER_H_
#define AUDIENCED_RULES_SCENARIO_EXPECTATION_PARSER_H_

#include "rules/scenario/node_reading.h"
#include "rules/scenario/scenario.h"
#include "rules/source/diagnostic.h"
#include "rules/source/node.h"

namespace audienced {

// Parses `expect:` of a test.
void ParseExpectations(const Node& list, TestTimes& times, ScenarioTest& test,
                       Diagnostics& diagnostics);

// Parses `changes:` of a test.
void ParseChanges(const Node& list, TestTimes& times, ScenarioTest& test,
                  Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_EXPECTATION_PARSER_H_
