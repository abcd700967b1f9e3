#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_DEFINITION_PARSER_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_DEFINITION_PARSER_H_

#include <string_view>

#include "rules/language/model.h"
#include "rules/language/parser/scope.h"
#include "rules/language/schema/shape.h"
#include "rules/source/node.h"

// The named things of a rule file. `target` comes with name, place and time
// zone; after a fault the rest holds what could be read.

namespace audienced {

void ReadConversion(const Node& node, const Scope& scope, Conversion& target);
void ReadLadder(const Node& node, const Scope& scope, Ladder& target);
void ReadScore(const Node& node, const Scope& scope, Score& target);
void ReadConsentPurpose(const Node& node, const Scope& scope,
                        ConsentPurpose& target);
void ReadAudience(const Node& node, const Scope& scope, Audience& target);

// What they look like, for the schema and the reference.
MappingShape ConversionShape();
MappingShape LadderShape();
MappingShape ScoreShape();
ValueShape ConsentPurposeShape();
MappingShape AudienceShape();

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_DEFINITION_PARSER_H_
