#include "daemon/ctl/text/span_text.h"

#include "daemon/ctl/text/numbers.h"
#include "google/protobuf/util/time_util.h"
#include "rules/engine/timeline/window_interval.h"
#include "rules/language/duration_text.h"

namespace audienced {

using google::protobuf::util::TimeUtil;

std::string LocalTimeText(const google::protobuf::Timestamp& time,
                          const std::string& time_zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M",
                          absl::FromUnixSeconds(time.seconds()),
                          ZoneOf(time_zone));
}

absl::Duration LengthOf(const google::protobuf::Duration& duration) {
  return absl::Microseconds(TimeUtil::DurationToMicroseconds(duration));
}

std::string LengthText(const google::protobuf::Duration& duration) {
  return DurationText(LengthOf(duration));
}

std::string RoughLengthText(const google::protobuf::Duration& duration) {
  absl::Duration length = LengthOf(duration);
  if (length >= absl::Hours(24)) {
    length = absl::Trunc(length, absl::Hours(1));
  } else if (length >= absl::Hours(1)) {
    length = absl::Trunc(length, absl::Minutes(1));
  }
  return DurationText(length);
}

std::string SecondsText(absl::Duration duration) {
  return NumberText("%.6f", absl::ToDoubleSeconds(duration));
}

}  // namespace audienced
