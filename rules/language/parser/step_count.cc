#include "rules/language/parser/step_count.h"

#include <string>

#include "rules/source/message.h"

namespace audienced {

void CheckStepCount(const Node& node, std::string_view what,
                    const Scope& scope) {
  constexpr size_t kLimit = 64;
  if (node.elements.size() <= kLimit) return;
  scope.Fault("too-many-steps", node.elements[kLimit].place,
              Concat("found ", std::to_string(node.elements.size()), " ", what,
                     "; at most ", std::to_string(kLimit), " are possible"));
}

}  // namespace audienced
