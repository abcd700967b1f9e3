#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_STEP_COUNT_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_STEP_COUNT_H_

#include <string_view>

#include "rules/language/parser/scope.h"
#include "rules/source/node.h"

namespace audienced {

// A fault where the list `node` has more steps, or rungs, as `what` says, than
// the engine gives out at once: 64.
void CheckStepCount(const Node& node, std::string_view what,
                    const Scope& scope);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_STEP_COUNT_H_
