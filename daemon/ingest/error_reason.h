#ifndef AUDIENCED_DAEMON_INGEST_ERROR_REASON_H_
#define AUDIENCED_DAEMON_INGEST_ERROR_REASON_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "audienced/v1/error_reason.pb.h"
#include "google/rpc/error_details.pb.h"

// The reason of an error travels inside the absl::Status, from where the error
// is noticed to the client: as a payload that holds a google.rpc.ErrorInfo. The
// reasons stand in audienced/v1/error_reason.proto.

namespace audienced {

inline constexpr char kErrorDomain[] = "audienced";

// Names and texts; `field` names the part of the request at fault.
using ErrorMetadata = std::vector<std::pair<std::string, std::string>>;

// `status` with the reason; replaces one given before. An OK status stays OK.
absl::Status WithReason(absl::Status status, v1::ErrorReason reason,
                        const ErrorMetadata& metadata = {});

// `status` with the time after which it is worth trying again.
absl::Status WithRetryDelay(absl::Status status, absl::Duration delay);

// The reason of `status`; ERROR_REASON_UNSPECIFIED where it has none.
v1::ErrorReason ReasonOf(const absl::Status& status);

// What WithReason() stored; empty fields where there is none.
google::rpc::ErrorInfo ErrorInfoOf(const absl::Status& status);

// What WithRetryDelay() stored; zero where there is none.
absl::Duration RetryDelayOf(const absl::Status& status);

// `CURSOR_EXPIRED` for ERROR_REASON_CURSOR_EXPIRED.
std::string ReasonName(v1::ErrorReason reason);

// The reverse; ERROR_REASON_UNSPECIFIED for other texts.
v1::ErrorReason ParseReasonName(const std::string& name);

// UNAVAILABLE with SHUTTING_DOWN, to be tried again after a second. What was
// not acknowledged before may not be stored.
absl::Status ShuttingDown();

// What requests get wrong: INVALID_ARGUMENT with the reason and the field.
absl::Status InvalidField(v1::ErrorReason reason, const std::string& field,
                          const std::string& message);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_INGEST_ERROR_REASON_H_
