#include "daemon/ctl/text/span_text.h"

#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"
#include "rules/language/duration_text.h"

namespace audienced {

using google::protobuf::util::TimeUtil;

std::string LocalTimeText(const google::protobuf::Timestamp& time,
                          const std::string& time_zone) {
  absl::TimeZone zone;
  absl::LoadTimeZone(time_zone, &zone);
  return absl::FormatTime("%Y-%m-%d %H:%M",
                          absl::FromUnixSeconds(time.seconds()), zone);
}

std::string LengthText(const google::protobuf::Duration& duration) {
  return DurationText(
      absl::Microseconds(TimeUtil::DurationToMicroseconds(duration)));
}

std::string RoughLengthText(const google::protobuf::Duration& duration) {
  absl::Duration length =
      absl::Microseconds(TimeUtil::DurationToMicroseconds(duration));
  if (length >= absl::Hours(24)) {
    length = absl::Trunc(length, absl::Hours(1));
  } else if (length >= absl::Hours(1)) {
    length = absl::Trunc(length, absl::Minutes(1));
  }
  return DurationText(length);
}

}  // namespace audienced
