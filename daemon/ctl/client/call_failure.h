#ifndef AUDIENCED_DAEMON_CTL_CLIENT_CALL_FAILURE_H_
#define AUDIENCED_DAEMON_CTL_CLIENT_CALL_FAILURE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/support/status.h"

namespace audienced {

// What a call that failed says of it.
struct CallFailure {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string message;
  // The reason that the daemon gives: `CURSOR_EXPIRED`. Empty: the failure is
  // not the daemon's word; it was not reached, or the connection broke.
  std::string reason;
  // When the daemon wants to be asked again; zero where it does not say.
  absl::Duration retry_delay;
};

// `status` must not be OK.
CallFailure FailureOf(const grpc::Status& status);

// Whether the same call may succeed later: the daemon is busy, starting, or
// not there.
bool IsTransient(const CallFailure& failure);

// The failure of a call to `server` as one line for people:
// `cannot reach 127.0.0.1:8450: Connection refused`.
std::string FailureText(const CallFailure& failure, const std::string& server);

// How long to wait before try `attempt` (from 1): twice as long each time, at
// most 5 s, and never shorter than the daemon asks for. `share` in [0, 1)
// spreads clients that failed together over half as much again.
absl::Duration RetryDelay(const CallFailure& failure, int attempt,
                          double share);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_CLIENT_CALL_FAILURE_H_
