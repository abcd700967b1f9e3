#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_STEP_COUNT_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_STEP_COUNT_H_

#include <cstddef>
#include <string_view>

#include "rules/language/parser/scope.h"
#include "rules/source/node.h"

namespace audienced {

// So many steps, or rungs, the engine gives out at once.
inline constexpr size_t kStepCountLimit = 64;

// A fault where the list `node` has more of them, which are `what`.
void CheckStepCount(const Node& node, std::string_view what,
                    const Scope& scope);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_STEP_COUNT_H_
