#include "daemon/service/conversion/time_conversion.h"

#include <cstdint>

namespace audienced {
namespace {

constexpr int64_t kLastSecond = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr int32_t kNanosPerSecond = 1'000'000'000;
constexpr int32_t kNanosPerMicro = 1'000;
constexpr int64_t kMicrosPerSecond = 1'000'000;

}  // namespace

std::optional<absl::Time> ToTime(const google::protobuf::Timestamp& timestamp) {
  if (timestamp.seconds() < 0 || timestamp.seconds() > kLastSecond ||
      timestamp.nanos() < 0 || timestamp.nanos() >= kNanosPerSecond) {
    return std::nullopt;
  }
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Microseconds(timestamp.nanos() / kNanosPerMicro);
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const int64_t micros = absl::ToUnixMicros(time);
  int64_t seconds = micros / kMicrosPerSecond;
  int64_t rest = micros % kMicrosPerSecond;
  if (rest < 0) {
    rest += kMicrosPerSecond;
    --seconds;
  }
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(rest) * kNanosPerMicro);
  return timestamp;
}

bool IsInstant(absl::Time time) {
  return time > absl::InfinitePast() &&
         time < absl::FromUnixSeconds(kLastSecond + 1);
}

google::protobuf::Duration ToDuration(absl::Duration duration) {
  google::protobuf::Duration answer;
  absl::Duration rest;
  answer.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  answer.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return answer;
}

}  // namespace audienced
