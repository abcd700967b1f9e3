#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_EXPLANATION_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_EXPLANATION_CONVERSION_H_

#include "audienced/v1/explanation.pb.h"
#include "rules/engine/explain/explanation.h"

namespace audienced {

// Fills in `answer` what the engine's explanation says. Ends that are open are
// left unset.
void FillExplanation(const Explanation& explanation, v1::Explanation& answer);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_EXPLANATION_CONVERSION_H_
