#include "daemon/ctl/client/call_failure.h"

#include <algorithm>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr absl::Duration kFirstDelay = absl::Milliseconds(200);
constexpr absl::Duration kLongestDelay = absl::Seconds(5);

// Why there is no connection. gRPC tells the whole way to the cause, the cause
// last.
std::string ConnectionFault(const std::string& message) {
  constexpr char kWordy[] = "failed to connect to all addresses";
  if (message.rfind(kWordy, 0) != 0) return message;
  const size_t cause = message.rfind(": ");
  const std::string told =
      cause == std::string::npos ? message : message.substr(cause + 2);
  // So it looks where one end speaks TLS and the other does not.
  return told == "Socket closed" ? told + "; does it speak TLS (--tls)?" : told;
}

// The daemon's own words, with the reason for who looks it up.
std::string DaemonsWords(const CallFailure& failure) {
  std::string text = failure.message;
  if (failure.retry_delay > absl::ZeroDuration()) {
    text +=
        Concat("; try again in ", absl::FormatDuration(failure.retry_delay));
  }
  return Concat(text, " [", failure.reason, "]");
}

}  // namespace

CallFailure FailureOf(const grpc::Status& status) {
  CallFailure failure;
  failure.code = static_cast<absl::StatusCode>(status.error_code());
  failure.message = status.error_message();
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return failure;
  for (const google::protobuf::Any& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&info)) {
      failure.reason = info.reason();
    } else if (detail.UnpackTo(&retry)) {
      failure.retry_delay = absl::Seconds(retry.retry_delay().seconds()) +
                            absl::Nanoseconds(retry.retry_delay().nanos());
    }
  }
  return failure;
}

bool IsTransient(const CallFailure& failure) {
  switch (failure.code) {
    case absl::StatusCode::kUnavailable:
      return true;
    case absl::StatusCode::kResourceExhausted:
      // gRPC says it of messages that are too large, and will say it again.
      return !failure.reason.empty();
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kCancelled:
      // So gRPC tells some of the ways in which a connection breaks.
      return failure.reason.empty();
    default:
      return false;
  }
}

std::string FailureText(const CallFailure& failure, const std::string& server) {
  if (failure.reason == "MISSING_TOKEN") {
    return Concat(server,
                  " wants to know who calls; set AUDIENCED_TOKEN, or give "
                  "--token-file or --tls-cert");
  }
  if (!failure.reason.empty()) return DaemonsWords(failure);
  switch (failure.code) {
    case absl::StatusCode::kUnavailable:
      return Concat("cannot reach ", server, ": ",
                    ConnectionFault(failure.message));
    case absl::StatusCode::kDeadlineExceeded:
      return Concat(server, " did not answer in time; --timeout gives it more");
    case absl::StatusCode::kUnimplemented:
      return Concat(server,
                    " does not know this call; it is another program, or "
                    "audienced of another version");
    default:
      return Concat("the call to ", server,
                    " failed: ", absl::StatusCodeToString(failure.code), ": ",
                    failure.message);
  }
}

absl::Duration RetryDelay(const CallFailure& failure, int attempt,
                          double share) {
  absl::Duration delay = std::max(failure.retry_delay, kFirstDelay);
  for (int i = 1; i < attempt && delay < kLongestDelay; ++i) delay *= 2;
  delay = std::min(delay, std::max(failure.retry_delay, kLongestDelay));
  return delay * (1 + share / 2);
}

}  // namespace audienced
