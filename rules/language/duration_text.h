#ifndef AUDIENCED_RULES_LANGUAGE_DURATION_TEXT_H_
#define AUDIENCED_RULES_LANGUAGE_DURATION_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace audienced {

// Reads `90s 15m 1h 7d 2w` and combinations from the larger unit to the
// smaller (`1d12h`). A day is 24 hours. Whole numbers only; each unit at most
// once; at most 36500d. Absent for anything else, negative spans too. `0m` is
// zero.
std::optional<absl::Duration> ParseDurationText(std::string_view text);

// A text that reads back as `duration` cut to whole seconds, in days, hours,
// minutes and seconds: `1d12h`. `0s` for what is not above zero.
std::string DurationText(absl::Duration duration);

// Reads an RFC 3339 timestamp with zone, at most six places of a second:
// `2026-03-01T00:00:00Z`. Absent for anything else.
std::optional<absl::Time> ParseTimestamp(std::string_view text);
// The same, in microseconds since 1970-01-01T00:00:00Z.
std::optional<int64_t> ParseTimestampMicros(std::string_view text);

// Reads a day of the calendar: `2026-11-01`. Absent for anything else, days
// that do not exist too.
std::optional<absl::CivilDay> ParseCivilDay(std::string_view text);

// RFC 3339 in UTC, as many places of a second as needed.
std::string TimestampText(absl::Time time);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_DURATION_TEXT_H_
