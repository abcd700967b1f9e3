#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_UNSUPPORTED_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_UNSUPPORTED_H_

#include <string_view>

#include "rules/language/parser/scope.h"
#include "rules/source/node.h"

namespace audienced {

// Parts of the language that are read and checked, but that the engine does
// not carry out yet. They are errors: a rule must never mean less than it
// says. A part that the engine learns loses its row in the table, nothing else.
//
// Adds the fault where `construct` (`minimum_size`, `status: paused`) has a
// row.
void FaultIfUnsupported(std::string_view construct, const Node& node,
                        const Scope& scope);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_UNSUPPORTED_H_
