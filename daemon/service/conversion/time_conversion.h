#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_TIME_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_TIME_CONVERSION_H_

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "rules/history/instant.h"

namespace audienced {

// The instant, cut to the microsecond; absent outside the years 1970 to 9999
// and for nanoseconds outside of a second.
std::optional<absl::Time> ToTime(const google::protobuf::Timestamp& timestamp);

// `time` must be finite. Cut to the microsecond.
google::protobuf::Timestamp ToTimestamp(absl::Time time);

// What a Timestamp of `instant` says.
struct SecondsAndNanos {
  int64_t seconds = 0;
  int32_t nanos = 0;
};
SecondsAndNanos ToSecondsAndNanos(Instant instant);

// Whether `time` is an instant that a Timestamp can hold: not the infinite past
// or future, which the API tells by leaving a field out.
bool IsInstant(absl::Time time);
bool IsInstant(Instant time);

// `duration` must be finite.
google::protobuf::Duration ToDuration(absl::Duration duration);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_TIME_CONVERSION_H_
