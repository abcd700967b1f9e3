#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_STATUS_MAPPING_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_STATUS_MAPPING_H_

#include <string>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace audienced {

// The one way by which an error leaves through gRPC: the code, the message, and
// the details that audienced/v1/error_reason.proto promises. A status without a
// reason gets the one that fits its code; codes that no caller can do anything
// about become INTERNAL with a message that tells nothing of our inside, and
// `method` and the status go to the log.
grpc::Status ToGrpcStatus(const absl::Status& status,
                          const std::string& method);

// NOT_FOUND with AUDIENCE_NOT_FOUND. `nearest` is the likely meant name, or
// empty.
absl::Status AudienceNotFound(const std::string& audience,
                              const std::string& nearest);

// NOT_FOUND with PROFILE_NOT_FOUND. Does not repeat the identifier.
absl::Status ProfileNotFound();

// NOT_FOUND with PROFILE_ERASED.
absl::Status ProfileErased();

// RESOURCE_EXHAUSTED with OVERLOADED.
absl::Status TooManyCalls();

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_STATUS_MAPPING_H_
