#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_PROPERTY_TEST_PARSER_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_PROPERTY_TEST_PARSER_H_

#include <string>
#include <string_view>
#include <vector>

#include "rules/language/model.h"
#include "rules/language/parser/scope.h"
#include "rules/language/schema/shape.h"
#include "rules/source/node.h"

namespace audienced {

// How a property is compared, wherever an event came from.
enum class Nature {
  kAny,     // as the value is written
  kText,    // known text: an unquoted number is text
  kNumber,  // known number: text is a fault
};

Nature NatureOf(std::string_view property);

// The property that is tested, while its tests are read.
struct Tested {
  std::string property;
  Nature nature = Nature::kAny;
  Place place = {};  // of its name
};

// One entry of `where`, `item` or `trait`: a value, a list, or a mapping of
// tests. Adds to `tests` what could be read.
void ReadTests(const Node& node, const Tested& tested, const Scope& scope,
               std::vector<PropertyTest>& tests);

// What such an entry looks like.
ValueShape TestsShape(Nature nature);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_PROPERTY_TEST_PARSER_H_
