#include "rules/language/parser/step_count.h"

#include <string>

#include "rules/source/message.h"

namespace audienced {

void CheckStepCount(const Node& node, std::string_view what,
                    const Scope& scope) {
  if (node.elements.size() <= kStepCountLimit) return;
  scope.Fault(
      "too-many-steps", node.elements[kStepCountLimit].place,
      Concat("found ", std::to_string(node.elements.size()), " ", what,
             "; at most ", std::to_string(kStepCountLimit), " are possible"));
}

}  // namespace audienced
