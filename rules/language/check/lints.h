#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_LINTS_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_LINTS_H_

#include "rules/language/model.h"
#include "rules/source/diagnostic.h"

namespace audienced {

// Warnings about a rulebook without errors, as far as they can be judged
// without data: conditions that never or always hold, audiences that are the
// same, negation alone, conversions without use, an absence that `stay`
// outlives, an ad audience without
// consent.
void AddLints(const Rulebook& rulebook, Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_LINTS_H_
