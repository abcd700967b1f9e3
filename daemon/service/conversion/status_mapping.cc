#include "daemon/service/conversion/status_mapping.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/logging/log.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// When it is worth trying again, where the status does not say.
constexpr absl::Duration kOverloadedDelay = absl::Milliseconds(200);
constexpr absl::Duration kUnavailableDelay = absl::Seconds(1);

// Trailers are small; the details repeat parts of the message.
constexpr size_t kMessageLimitBytes = 1024;

constexpr char kInternalMessage[] =
    "internal error; the daemon's log says more";

// The reason of a status that has none. The store's UNAVAILABLE is the
// database; the other stages name their reason.
v1::ErrorReason DefaultReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return v1::ERROR_REASON_INVALID_REQUEST;
    case absl::StatusCode::kResourceExhausted:
      return v1::ERROR_REASON_OVERLOADED;
    case absl::StatusCode::kUnavailable:
      return v1::ERROR_REASON_DATABASE_UNAVAILABLE;
    default:
      return v1::ERROR_REASON_INTERNAL;
  }
}

// `status` as the client may see it, always with a reason.
absl::Status Presentable(const absl::Status& status,
                         const std::string& method) {
  if (ReasonOf(status) != v1::ERROR_REASON_UNSPECIFIED) return status;
  const v1::ErrorReason reason = DefaultReason(status.code());
  if (reason == v1::ERROR_REASON_INTERNAL) {
    LogError("service", "a call failed for an unforeseen reason",
             {{"method", method}, {"error", status}});
    return WithReason(absl::InternalError(kInternalMessage), reason);
  }
  if (reason == v1::ERROR_REASON_DATABASE_UNAVAILABLE) {
    return WithReason(
        absl::UnavailableError("the database cannot be reached; the daemon "
                               "keeps trying"),
        reason);
  }
  return WithReason(status, reason);
}

std::string CutText(const std::string& text) {
  if (text.size() <= kMessageLimitBytes) return text;
  size_t end = kMessageLimitBytes;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

void AddRetryInfo(const absl::Status& status, google::rpc::Status& answer) {
  absl::Duration delay = RetryDelayOf(status);
  if (delay == absl::ZeroDuration()) {
    if (status.code() == absl::StatusCode::kResourceExhausted) {
      delay = kOverloadedDelay;
    } else if (status.code() == absl::StatusCode::kUnavailable) {
      delay = kUnavailableDelay;
    } else {
      return;
    }
  }
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(delay));
  retry.mutable_retry_delay()->set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(delay % absl::Seconds(1))));
  answer.add_details()->PackFrom(retry);
}

void AddBadRequest(const google::rpc::ErrorInfo& info,
                   google::rpc::Status& answer) {
  const auto field = info.metadata().find("field");
  if (field == info.metadata().end()) return;
  google::rpc::BadRequest bad;
  auto* violation = bad.add_field_violations();
  violation->set_field(field->second);
  violation->set_description(answer.message());
  answer.add_details()->PackFrom(bad);
}

void AddResourceInfo(const google::rpc::ErrorInfo& info,
                     google::rpc::Status& answer) {
  google::rpc::ResourceInfo resource;
  const auto& metadata = info.metadata();
  const auto named =
      std::find_if(metadata.begin(), metadata.end(), [](const auto& entry) {
        return entry.first == "audience" || entry.first == "subscription";
      });
  if (named != metadata.end()) {
    resource.set_resource_type(named->first);
    resource.set_resource_name(named->second);
  } else if (info.reason() == ReasonName(v1::ERROR_REASON_TOKEN_NOT_FOUND)) {
    resource.set_resource_type("token");
  } else {
    resource.set_resource_type("profile");
  }
  resource.set_description(answer.message());
  answer.add_details()->PackFrom(resource);
}

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status,
                          const std::string& method) {
  if (status.ok()) return grpc::Status::OK;
  const absl::Status told = Presentable(status, method);
  const google::rpc::ErrorInfo info = ErrorInfoOf(told);

  google::rpc::Status answer;
  answer.set_code(static_cast<int>(told.code()));
  answer.set_message(CutText(std::string(told.message())));
  answer.add_details()->PackFrom(info);
  AddRetryInfo(told, answer);
  if (told.code() == absl::StatusCode::kInvalidArgument) {
    AddBadRequest(info, answer);
  } else if (told.code() == absl::StatusCode::kNotFound) {
    AddResourceInfo(info, answer);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(told.code()),
                      answer.message(), answer.SerializeAsString());
}

absl::Status AudienceNotFound(const std::string& audience,
                              const std::string& nearest) {
  std::string message = Concat("there is no audience ", Quoted(audience));
  ErrorMetadata metadata = {{"audience", CutText(audience)}};
  if (!nearest.empty()) {
    message += Concat("; did you mean ", Quoted(nearest), "?");
    metadata.emplace_back("nearest", nearest);
  }
  return WithReason(absl::NotFoundError(message),
                    v1::ERROR_REASON_AUDIENCE_NOT_FOUND, metadata);
}

absl::Status ProfileNotFound() {
  return WithReason(absl::NotFoundError("there is no such profile"),
                    v1::ERROR_REASON_PROFILE_NOT_FOUND);
}

absl::Status ProfileErased() {
  return WithReason(absl::NotFoundError("the person was erased"),
                    v1::ERROR_REASON_PROFILE_ERASED);
}

absl::Status TooManyCalls() {
  return WithReason(
      absl::ResourceExhaustedError("too many calls are waiting already"),
      v1::ERROR_REASON_OVERLOADED);
}

}  // namespace audienced
