#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_ONCE_STAGES_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_ONCE_STAGES_H_

#include <vector>

#include "absl/types/span.h"
#include "rules/engine/timeline/event_selection.h"
#include "rules/engine/timeline/signal.h"

namespace audienced {

// Where events are kept for a span, an event that `once_per` passes over begins
// to count once the one that counted in its stead is beyond retention: long
// after it occurred. Conditions that look at several events at once are
// evaluated stage by stage; within a stage no event begins to count but those
// that occur then. Without retention, or without `once_per`, there is one
// stage: all time.

// Whether events can begin to count late for one of `filters`.
bool HasStages(absl::Span<const EventFilter> filters,
               const EventSelection& selection);

// The stages between `breaks`, in order; `breaks` in any order.
std::vector<Interval> StagesBetween(std::vector<Instant> breaks);

// The stages of `filters` for events that are read as they are.
std::vector<Interval> StagesOf(absl::Span<const EventFilter> filters,
                               EventSelection& selection);

// Whether an event that occurred at `time` and counts during `counted` begins
// to count later than it occurred.
inline bool BeginsLate(const Interval& counted, Instant time) {
  return !counted.empty() && counted.begin != time;
}

// Whether such an event counts in `stage`, from when it occurs on.
inline bool CountsDuring(const Interval& counted, Instant time,
                         const Interval& stage) {
  return !counted.empty() && counted.end > stage.begin &&
         (counted.begin == time || counted.begin <= stage.begin);
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_ONCE_STAGES_H_
