#ifndef AUDIENCED_RULES_LANGUAGE_SCHEMA_KEY_TABLE_H_
#define AUDIENCED_RULES_LANGUAGE_SCHEMA_KEY_TABLE_H_

#include <string>
#include <vector>

#include "rules/language/schema/shape.h"

// The tables of keys in the language reference (rules/README.md), made of what
// the parser reads by.

namespace audienced {

// Every kind of mapping that a rule file can have, itself first.
std::vector<MappingShape> RuleFileMappings();

// A table of Markdown: key, value, what holds without it, meaning. A column
// that says the same in every row is left out.
std::string KeyTable(const std::vector<KeyShape>& keys);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_SCHEMA_KEY_TABLE_H_
