#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_CONDITION_PARTS_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_CONDITION_PARTS_H_

#include <string>
#include <vector>

#include "rules/language/model.h"
#include "rules/language/parser/field_table.h"
#include "rules/language/parser/scope.h"
#include "rules/source/node.h"

// What conditions are made of: which events, which of their properties, when,
// and how many. After a fault each function answers with what it could read.

namespace audienced {

// `where: {...}`: tests on the properties of events and items.
Where ReadWhere(const Node& node, const Scope& scope);

// `trait: {...}`: tests on traits.
std::vector<PropertyTest> ReadTraitTests(const Node& node, const Scope& scope);

ValueShape WhereShape();
ValueShape TraitTestsShape();

// `{event: ..., where: ...}`, also the part of a conversion that says so.
Selector ReadSelector(const Node& node, const Scope& scope);
void ReadEventNames(const Node& node, const Scope& scope, Selector& selector);

// The `C` of a condition: a name, a list of names or an inline selector.
Selection ReadSelection(const Node& node, const Scope& scope);

ValueShape EventNamesShape();
ValueShape SelectionShape();

// The keys of a window. They stand beside others, so a mapping that may have
// them passes itself to ReadWindow().
KeyNames WindowKeys();
Window ReadWindow(const Node& mapping, const Scope& scope);
void AddWindowKeys(MappingShape& shape);

// The keys of an aggregate, which stand beside others as well.
KeyNames AggregateKeys();
Aggregate ReadAggregate(const Node& mapping, const Scope& scope);
void AddAggregateKeys(MappingShape& shape);

// The keys of a comparison (`at_least`, ...), which stand beside others as
// well. Exactly one must be there.
KeyNames ComparisonKeys();
Comparison ReadComparison(const Node& mapping, std::string_view what,
                          const Scope& scope);
// `number`: the shape of what is compared with.
void AddComparisonKeys(const ValueShape& number, MappingShape& shape);

// Whether no event at all satisfies `aggregate`.
bool HoldsForNothing(const Aggregate& aggregate);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_CONDITION_PARTS_H_
