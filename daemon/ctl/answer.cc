#include "daemon/ctl/answer.h"

#include <cstdio>

#include "daemon/ctl/terminal.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {

absl::StatusOr<std::optional<google::protobuf::Timestamp>> ReadInstant(
    const std::string& option, const std::string& text) {
  if (text.empty()) return std::optional<google::protobuf::Timestamp>();
  const std::optional<absl::Time> time = ParseTimestamp(text);
  if (!time) {
    return absl::InvalidArgumentError(
        Concat(option, " ", Quoted(text),
               " is no RFC 3339 timestamp with a zone; write it as in "
               "2026-03-01T09:00:00Z"));
  }
  google::protobuf::Timestamp instant;
  const int64_t seconds = absl::ToUnixSeconds(*time);
  instant.set_seconds(seconds);
  instant.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(seconds))));
  return std::optional(instant);
}

ExitCode FailWith(const absl::Status& status) {
  PrintError(std::string(status.message()));
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status)) {
    return ExitCode::kUsage;
  }
  return absl::IsUnavailable(status) ? ExitCode::kNotReady : ExitCode::kFailed;
}

bool Print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
}

}  // namespace audienced
