#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_WINDOW_INTERVAL_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_WINDOW_INTERVAL_H_

#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "rules/engine/compile/program.h"
#include "rules/engine/timeline/signal.h"

namespace audienced {

// The instants at which an event that occurred at `event` lies inside `window`;
// empty where it never does.
//
// For one window, both ends of the interval never fall as `event` rises: of two
// events, the later one enters and leaves the window later or at the same time.
Interval InsideWindow(const CompiledWindow& window, Instant event);

// The zone of that name, which the checker has seen before; UTC where it fails
// now.
absl::TimeZone ZoneOf(const std::string& name);

// The first instant of a local day. Where midnight falls into a gap of the
// clock, the day begins behind the gap; where it comes twice, at the first.
Instant StartOfDay(absl::CivilDay day, const absl::TimeZone& zone);

// The number of the local calendar day of `instant`, counted from 1970-01-01.
int64_t LocalDay(Instant instant, const absl::TimeZone& zone);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_WINDOW_INTERVAL_H_
