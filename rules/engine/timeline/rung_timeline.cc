#include "rules/engine/timeline/rung_timeline.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "rules/engine/timeline/climb.h"
#include "rules/engine/timeline/once_stages.h"
#include "rules/engine/timeline/window_interval.h"

namespace audienced {
namespace {

// The events with the rungs that they can be during `stage`. An event on the
// first rung counts until it is beyond retention, and those of its run longer.
std::vector<Climb> ClimbsDuring(const Interval& stage, const CompiledOnRung& on,
                                EventSelection& selection) {
  std::vector<Climb> climbs;
  for (size_t event = selection.FirstEvent(on.horizon);
       event < selection.history().size(); ++event) {
    Climb climb{selection.time(event), 0};
    for (size_t rung = 0; rung < on.rungs.size(); ++rung) {
      const Interval counted = selection.Counted(on.rungs[rung], event);
      if (CountsDuring(counted, climb.time, stage)) {
        climb.rungs |= StepSet{1} << rung;
      }
    }
    if (climb.rungs != 0) climbs.push_back(climb);
  }
  return climbs;
}

}  // namespace

Signal OnRungSignal(const CompiledOnRung& on, EventSelection& selection) {
  Intervals reaches;  // this rung or a higher one
  Intervals passes;   // a higher one
  for (const Interval& stage : StagesOf(on.rungs, selection)) {
    const std::vector<Climb> climbs = ClimbsDuring(stage, on, selection);
    for (size_t i = 0; i < climbs.size(); ++i) {
      if ((climbs[i].rungs & 1) == 0) continue;
      const Instant first = climbs[i].time;
      const Interval counted =
          Overlap(Overlap(stage, {first, selection.Expiry(first)}),
                  InsideWindow(on.window, first));
      if (counted.empty()) continue;
      const std::vector<Instant> reached =
          RunFrom(climbs, i, on.rungs.size(), on.all_within);
      const auto from_rung = [&](size_t rung, Intervals& intervals) {
        if (rung >= reached.size()) return;
        intervals.push_back(
            {std::max(counted.begin, reached[rung]), counted.end});
      };
      from_rung(on.rung, reaches);
      from_rung(on.rung + 1, passes);
    }
  }
  return Subtract(Signal::UnionOf(std::move(reaches)),
                  Signal::UnionOf(std::move(passes)));
}

}  // namespace audienced
