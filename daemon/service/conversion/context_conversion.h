#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_CONTEXT_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_CONTEXT_CONVERSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "audienced/v1/audience.pb.h"

namespace audienced {

// The context of a membership, from the JSON object that the engine renders.
// Its names are those of the message; what the message does not know is passed
// over. INVALID_ARGUMENT when `json` is not an object. By hand, so that a
// number and its text are both taken.
absl::StatusOr<v1::Context> ParseContext(const std::string& json);

// Takes out of the traits what says who somebody is or how to reach them
// (IdentifiesPerson()), fields of objects included.
void HidePersonalTraits(v1::Context& context);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_CONTEXT_CONVERSION_H_
