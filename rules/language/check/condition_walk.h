#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_CONDITION_WALK_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_CONDITION_WALK_H_

#include <string>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "rules/language/model.h"

namespace audienced {

// Calls `visit` for `condition` and then for all conditions inside it. Rule
// files nest at most kDepthLimit levels, so this may recurse.
inline void ForEachCondition(const Condition& condition,
                             absl::FunctionRef<void(const Condition&)> visit) {
  visit(condition);
  const auto* combination = std::get_if<Combination>(&condition.node);
  if (combination == nullptr) return;
  for (const Condition& part : combination->parts) {
    ForEachCondition(part, visit);
  }
}

// The same for all conditions of `audience`: `who`, then `except`.
inline void ForEachCondition(const Audience& audience,
                             absl::FunctionRef<void(const Condition&)> visit) {
  ForEachCondition(audience.who, visit);
  if (audience.except) ForEachCondition(*audience.except, visit);
}

// Calls `visit` with each selection of `condition` itself and the path of what
// holds it: a did has one, a sequence one a step.
inline void ForEachSelection(
    const Condition& condition,
    absl::FunctionRef<void(const Selection&, const std::string& path)> visit) {
  if (const auto* did = std::get_if<Did>(&condition.node)) {
    visit(did->of, condition.path);
  }
  if (const auto* sequence = std::get_if<Sequence>(&condition.node)) {
    for (size_t i = 0; i < sequence->steps.size(); ++i) {
      visit(sequence->steps[i].of,
            condition.path + ".sequence[" + std::to_string(i) + "]");
    }
  }
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_CONDITION_WALK_H_
