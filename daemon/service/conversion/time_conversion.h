#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_TIME_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_TIME_CONVERSION_H_

#include <optional>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace audienced {

// The instant, cut to the microsecond; absent outside the years 1970 to 9999
// and for nanoseconds outside of a second.
std::optional<absl::Time> ToTime(const google::protobuf::Timestamp& timestamp);

// `time` must be finite. Cut to the microsecond.
google::protobuf::Timestamp ToTimestamp(absl::Time time);

// Whether `time` is an instant that a Timestamp can hold: not the infinite past
// or future, which the API tells by leaving a field out.
bool IsInstant(absl::Time time);

// `duration` must be finite.
google::protobuf::Duration ToDuration(absl::Duration duration);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_TIME_CONVERSION_H_
