#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_IMPLICATION_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_IMPLICATION_H_

#include <cstddef>
#include <string_view>

#include "rules/language/model.h"

namespace audienced {

// Conditions with more parts are not compared: each with each takes its time.
inline constexpr size_t kComparedParts = 50;

// Whether `one` can be seen to hold only where `other` holds, both in an
// audience of `time_zone`. Sound, not complete: false says nothing.
bool Implies(const Condition& one, const Condition& other,
             std::string_view time_zone);

// Whether the two can be seen never to hold at the same instant. The same.
bool Excludes(const Condition& one, const Condition& other,
              std::string_view time_zone);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_IMPLICATION_H_
