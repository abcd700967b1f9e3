#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_MODIFIERS_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_MODIFIERS_H_

#include <array>

#include "absl/types/span.h"
#include "rules/language/parser/field_table.h"

namespace audienced {

// Keys that some kind of condition has. Beside a condition without them they
// are misplaced rather than misspelt.
inline constexpr std::array<MisplacedKey, 22> kModifiers = {{
    {"in_last", "did, did_not, sequence and on_rung"},
    {"ago", "did, did_not, sequence and on_rung"},
    {"since", "did, did_not, sequence and on_rung"},
    {"between", "did, did_not, sequence and on_rung"},
    {"in", "did, did_not, sequence and on_rung"},
    {"where", "did, did_not and the steps of a sequence"},
    {"which", "did and did_not"},
    {"in_one", "did and did_not"},
    {"times", "did and did_not"},
    {"sum", "did and did_not"},
    {"average", "did and did_not"},
    {"minimum", "did and did_not"},
    {"maximum", "did and did_not"},
    {"distinct", "did and did_not"},
    {"days", "did and did_not"},
    {"same", "did, did_not and sequence"},
    {"all_within", "sequence, and to a ladder"},
    {"anchor", "sequence"},
    {"within", "the steps of a sequence"},
    {"for", "the did_not steps at the end of a sequence"},
    {"salt", "sample"},
    {"stay", "the audience"},
}};

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_MODIFIERS_H_
