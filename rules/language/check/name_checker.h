#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_NAME_CHECKER_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_NAME_CHECKER_H_

#include "rules/language/model.h"
#include "rules/source/diagnostic.h"

namespace audienced {

// Removes from `rulebook` every definition whose name was defined before, with
// a fault that names the place of the first.
void RemoveDuplicateNames(Rulebook& rulebook, Diagnostics& diagnostics);

// Faults for every name that is used and not defined, and for what must agree
// between definitions: ladders end in a macro conversion, priorities of a
// group differ. Also settles which words of `context` are scores.
void CheckNames(Rulebook& rulebook, Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_NAME_CHECKER_H_
