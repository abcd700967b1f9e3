#ifndef AUDIENCED_DAEMON_CTL_TEXT_RULE_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_RULE_TEXT_H_

#include <string>

#include "audienced/v1/rule_service.pb.h"
#include "rules/source/render.h"

namespace audienced {

// `folder`, `apply`, `rollback`.
std::string SourceText(v1::RuleSource source);

// Faults, failed tests, the plan (audience by audience: sizes before and after,
// who enters and leaves, what is held back), and in the last line what became
// of the rules.
std::string AttemptText(const v1::RuleAttempt& attempt, Color color);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_RULE_TEXT_H_
