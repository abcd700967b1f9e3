#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_RETENTION_CHECK_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_RETENTION_CHECK_H_

#include "absl/time/time.h"
#include "rules/language/model.h"
#include "rules/source/diagnostic.h"

namespace audienced {

// Faults for every span in `rulebook` that is longer than events count: it asks
// for what nobody keeps. Names need not resolve. None where it is infinite.
void CheckRetention(const Rulebook& rulebook, absl::Duration retention,
                    Diagnostics& diagnostics);

// Warnings where a rule without errors names no end to how far it looks back,
// or one that its parts exceed together: it means the retention there.
void AddRetentionLints(const Rulebook& rulebook, absl::Duration retention,
                       Diagnostics& diagnostics);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_RETENTION_CHECK_H_
