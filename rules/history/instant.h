#ifndef AUDIENCED_RULES_HISTORY_INSTANT_H_
#define AUDIENCED_RULES_HISTORY_INSTANT_H_

#include <compare>
#include <cstdint>
#include <limits>

#include "absl/time/time.h"

namespace audienced {

// A point on the time line at the resolution of the rule language: whole
// microseconds since 1970-01-01T00:00:00Z. Eight bytes, so that histories can
// hold millions; at every boundary it is an absl::Time.
struct Instant {
  int64_t micros = 0;

  friend constexpr auto operator<=>(Instant, Instant) = default;

  // The end of an interval that has no end. Later than every event.
  static constexpr Instant Forever() {
    return {std::numeric_limits<int64_t>::max()};
  }
  // Earlier than every event.
  static constexpr Instant Never() {
    return {std::numeric_limits<int64_t>::min()};
  }
};

// `instant` moved by `micros`; stays at Never() or Forever() once there.
constexpr Instant Plus(Instant instant, int64_t micros) {
  if (instant == Instant::Forever() || instant == Instant::Never()) {
    return instant;
  }
  int64_t sum = 0;
  if (__builtin_add_overflow(instant.micros, micros, &sum)) {
    return micros > 0 ? Instant::Forever() : Instant::Never();
  }
  return {sum};
}

inline Instant ToInstant(absl::Time time) {
  if (time == absl::InfiniteFuture()) return Instant::Forever();
  if (time == absl::InfinitePast()) return Instant::Never();
  return {absl::ToUnixMicros(time)};
}

inline absl::Time ToTime(Instant instant) {
  if (instant == Instant::Forever()) return absl::InfiniteFuture();
  if (instant == Instant::Never()) return absl::InfinitePast();
  return absl::FromUnixMicros(instant.micros);
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_INSTANT_H_
