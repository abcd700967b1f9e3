#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_RULEBOOK_PARSER_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_RULEBOOK_PARSER_H_

#include "rules/language/model.h"
#include "rules/language/schema/shape.h"
#include "rules/source/diagnostic.h"
#include "rules/source/node.h"

namespace audienced {

// Adds what the rule file `document` says to `rulebook`. Names are not
// resolved, and one that stands in two files is in `rulebook` twice.
void ReadRuleFile(const Node& document, Diagnostics& diagnostics,
                  Rulebook& rulebook);

// What a rule file looks like, for the schema and the reference.
MappingShape RuleFileShape();

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_RULEBOOK_PARSER_H_
