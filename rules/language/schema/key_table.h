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

// One row of Markdown: key, value, what holds without it, meaning.
std::string KeyRow(const KeyShape& key);

// The head of such a table.
std::string KeyTableHead();

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_SCHEMA_KEY_TABLE_H_
