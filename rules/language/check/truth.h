#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_TRUTH_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_TRUTH_H_

#include <string_view>

#include "rules/language/model.h"
#include "rules/language/parser/scope.h"

namespace audienced {

// What can be said of a condition without any history.
enum class Truth {
  kDepends,
  kNever,   // no profile can ever satisfy it
  kAlways,  // every known profile satisfies it at every instant
};

constexpr Truth Not(Truth truth) {
  if (truth == Truth::kNever) return Truth::kAlways;
  if (truth == Truth::kAlways) return Truth::kNever;
  return truth;
}

// The truth of `condition` in an audience of `time_zone`. Where it is not
// kDepends a lint stands at the innermost condition that makes it so.
Truth JudgeTruth(const Condition& condition, std::string_view time_zone,
                 const Scope& scope);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_TRUTH_H_
