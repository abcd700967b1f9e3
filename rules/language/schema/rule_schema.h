#ifndef AUDIENCED_RULES_LANGUAGE_SCHEMA_RULE_SCHEMA_H_
#define AUDIENCED_RULES_LANGUAGE_SCHEMA_RULE_SCHEMA_H_

#include <string>

namespace audienced {

// The JSON Schema (draft-07) of a rule file, for editors: keys, words, forms
// of values and which keys go together, each key with its meaning. What it
// refuses, loading refuses. It cannot see names, dates that do not exist, and
// what only a reader of YAML 1.1 sees; loading remains the judge.
//
// The same text for the same program: keys are in the order of the tables.
std::string RuleFileSchema();

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_SCHEMA_RULE_SCHEMA_H_
