#include "daemon/service/conversion/time_conversion.h"

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
  const SecondsAndNanos told = ToSecondsAndNanos({absl::ToUnixMicros(time)});
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(told.seconds);
  timestamp.set_nanos(told.nanos);
  return timestamp;
}

SecondsAndNanos ToSecondsAndNanos(Instant instant) {
  int64_t seconds = instant.micros / kMicrosPerSecond;
  int64_t rest = instant.micros % kMicrosPerSecond;
  if (rest < 0) {
    rest += kMicrosPerSecond;
    --seconds;
  }
  return {seconds, static_cast<int32_t>(rest) * kNanosPerMicro};
}

bool IsInstant(absl::Time time) {
  return time > absl::InfinitePast() &&
         time < absl::FromUnixSeconds(kLastSecond + 1);
}

bool IsInstant(Instant time) {
  return time > Instant::Never() &&
         time.micros < (kLastSecond + 1) * kMicrosPerSecond;
}

google::protobuf::Duration ToDuration(absl::Duration duration) {
  google::protobuf::Duration answer;
  absl::Duration rest;
  answer.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  answer.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return answer;
}

}  // namespace audienced
