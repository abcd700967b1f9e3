#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_CYCLE_CHECKER_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_CYCLE_CHECKER_H_

#include "rules/language/model.h"
#include "rules/source/diagnostic.h"

namespace audienced {

// A fault at each `in_audience` or `not_in_audience` that leads back to an
// audience which depends on it. Names that are not defined are passed over.
void CheckForCycles(const Rulebook& rulebook, Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_CYCLE_CHECKER_H_
