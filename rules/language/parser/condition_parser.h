#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_CONDITION_PARSER_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_CONDITION_PARSER_H_

#include "rules/language/model.h"
#include "rules/language/parser/field_table.h"
#include "rules/language/parser/scope.h"
#include "rules/language/schema/shape.h"
#include "rules/source/node.h"

namespace audienced {

// Reads a condition of any kind; the path of `scope` becomes its path. After a
// fault it answers with what it could read.
Condition ReadCondition(const Node& node, const Scope& scope);

// The kinds that have many keys. `mapping` is the whole condition, which has
// the key that names the kind.
Did ReadDid(const Node& mapping, bool negated, const Scope& scope);
Sequence ReadSequence(const Node& mapping, const Scope& scope);

// The keys that name a condition.
KeyNames ConditionKeys();

// What a condition of any kind looks like, and what stands beside the key that
// names one of many keys.
ValueShape ConditionShape();
ValueShape StepsShape();
void AddDidKeys(MappingShape& shape);
void AddSequenceKeys(MappingShape& shape);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_CONDITION_PARSER_H_
