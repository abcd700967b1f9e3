#include "daemon/ingest/error_reason.h"

#include "absl/strings/cord.h"

namespace audienced {
namespace {

constexpr char kErrorInfoType[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kRetryInfoType[] = "type.googleapis.com/google.rpc.RetryInfo";
constexpr char kReasonPrefix[] = "ERROR_REASON_";

// The payload of `type` as the message that it is; an empty message where there
// is none.
template <typename Message>
Message PayloadOf(const absl::Status& status, const char* type) {
  Message message;
  const auto payload = status.GetPayload(type);
  if (!payload || !message.ParseFromString(std::string(*payload))) {
    message.Clear();
  }
  return message;
}

}  // namespace

absl::Status WithReason(absl::Status status, v1::ErrorReason reason,
                        const ErrorMetadata& metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(ReasonName(reason));
  info.set_domain(kErrorDomain);
  for (const auto& [name, text] : metadata) {
    (*info.mutable_metadata())[name] = text;
  }
  status.SetPayload(kErrorInfoType, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status WithRetryDelay(absl::Status status, absl::Duration delay) {
  google::rpc::RetryInfo info;
  absl::Duration rest;
  info.mutable_retry_delay()->set_seconds(
      absl::IDivDuration(delay, absl::Seconds(1), &rest));
  info.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  status.SetPayload(kRetryInfoType, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status ShuttingDown() {
  return WithRetryDelay(
      WithReason(absl::UnavailableError("the daemon is shutting down"),
                 v1::ERROR_REASON_SHUTTING_DOWN),
      absl::Seconds(1));
}

v1::ErrorReason ReasonOf(const absl::Status& status) {
  return ParseReasonName(ErrorInfoOf(status).reason());
}

google::rpc::ErrorInfo ErrorInfoOf(const absl::Status& status) {
  return PayloadOf<google::rpc::ErrorInfo>(status, kErrorInfoType);
}

absl::Duration RetryDelayOf(const absl::Status& status) {
  const auto info = PayloadOf<google::rpc::RetryInfo>(status, kRetryInfoType);
  return absl::Seconds(info.retry_delay().seconds()) +
         absl::Nanoseconds(info.retry_delay().nanos());
}

std::string ReasonName(v1::ErrorReason reason) {
  const std::string name = v1::ErrorReason_Name(reason);
  const size_t prefix = sizeof(kReasonPrefix) - 1;
  return name.size() > prefix ? name.substr(prefix) : name;
}

v1::ErrorReason ParseReasonName(const std::string& name) {
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  if (!v1::ErrorReason_Parse(kReasonPrefix + name, &reason)) {
    return v1::ERROR_REASON_UNSPECIFIED;
  }
  return reason;
}

absl::Status InvalidField(v1::ErrorReason reason, const std::string& field,
                          const std::string& message) {
  return WithReason(absl::InvalidArgumentError(message), reason,
                    {{"field", field}});
}

}  // namespace audienced
