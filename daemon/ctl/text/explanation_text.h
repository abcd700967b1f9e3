#ifndef AUDIENCED_DAEMON_CTL_TEXT_EXPLANATION_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_EXPLANATION_TEXT_H_

#include <string>

#include "audienced/v1/audience_service.pb.h"
#include "rules/source/render.h"

namespace audienced {

struct ExplanationStyle {
  Color color = Color::kNever;
  bool utf8 = false;  // marks are ✔ and ✘ rather than [yes] and [no]
};

// Why a profile is in an audience, or why not: the answer, since when and until
// when, and below it the tree of conditions, each with its mark, the time in
// which it stays so, and the events that make it so. Ends with a line feed.
std::string ExplanationText(const v1::ExplainMembershipResponse& response,
                            const ExplanationStyle& style);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_EXPLANATION_TEXT_H_
