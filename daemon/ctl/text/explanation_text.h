#ifndef AUDIENCED_DAEMON_CTL_TEXT_EXPLANATION_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_EXPLANATION_TEXT_H_

#include <string>

#include "audienced/v1/audience_service.pb.h"
#include "rules/engine/explain/explanation_text.h"

namespace audienced {

// Why a profile is in an audience, or why not: the answer, since when and until
// when, and below it what RenderExplanation() says of the conditions. Ends with
// a line feed.
std::string ExplanationText(const v1::ExplainMembershipResponse& response,
                            const ExplanationStyle& style);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_EXPLANATION_TEXT_H_
