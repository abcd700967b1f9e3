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
    {"within", "the steps of a sequence",
     "for how long ago write 'in_last'; for the time between two events write "
     "sequence: [{ did: ... }, { did: ..., within: 1h }]"},
    {"for", "the did_not steps at the end of a sequence",
     "write sequence: [{ did: ... }, { did_not: ..., for: 1h }]"},
    {"salt", "sample"},
    {"stay", "the audience"},
}};

// Keys of the whole sequence, which some write into its steps.
inline constexpr std::string_view kBesideSequence =
    "write it beside 'sequence:', not inside a step";
inline constexpr std::array<MisplacedKey, 8> kSequenceModifiers = {{
    {"in_last", "the whole sequence", kBesideSequence},
    {"ago", "the whole sequence", kBesideSequence},
    {"since", "the whole sequence", kBesideSequence},
    {"between", "the whole sequence", kBesideSequence},
    {"in", "the whole sequence", kBesideSequence},
    {"same", "the whole sequence", kBesideSequence},
    {"all_within", "the whole sequence", kBesideSequence},
    {"anchor", "the whole sequence", kBesideSequence},
}};

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_MODIFIERS_H_
