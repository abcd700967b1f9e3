#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_CANONICAL_TEXT_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_CANONICAL_TEXT_H_

#include <string>
#include <string_view>

#include "rules/language/model.h"

namespace audienced {

// A text that is equal for two conditions only if they mean the same: the
// order of parts and names is taken out, places and paths are left out. For
// comparison only; nothing reads it back.
std::string CanonicalText(const Condition& condition,
                          std::string_view time_zone);

// The text of the complement of a condition with the text `canonical`.
std::string ComplementText(std::string_view canonical);

// The same for the signal of an audience (who, stay, except, consent, active,
// rejoin_after), not for how it is published.
std::string CanonicalText(const Audience& audience);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_CANONICAL_TEXT_H_
