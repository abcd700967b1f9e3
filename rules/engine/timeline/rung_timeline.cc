#include "rules/engine/timeline/rung_timeline.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "rules/engine/sequence/step_assignment.h"
#include "rules/engine/timeline/once_stages.h"
#include "rules/engine/timeline/window_interval.h"

namespace audienced {
namespace {

// An event with the rungs that it can be.
struct Climb {
  size_t event = 0;
  StepSet rungs = 0;
};

// For the run that begins with `climbs[start]`: the instant at which each rung
// is reached, as far as it goes. Being further earlier is never worse, so at
// each instant as many rungs as possible are taken.
std::vector<Instant> ReachedAt(const CompiledOnRung& on,
                               const EventSelection& selection,
                               const std::vector<Climb>& climbs, size_t start) {
  const Instant first = selection.time(climbs[start].event);
  const int rung_count = static_cast<int>(on.rungs.size());
  std::vector<Instant> reached = {first};
  size_t i = start;
  while (i > 0 && selection.time(climbs[i - 1].event) == first) --i;
  while (i < climbs.size() && static_cast<int>(reached.size()) < rung_count) {
    const Instant time = selection.time(climbs[i].event);
    if (on.all_within != 0 && time.micros - first.micros >= on.all_within) {
      break;
    }
    std::vector<StepSet> takes;
    for (; i < climbs.size() && selection.time(climbs[i].event) == time; ++i) {
      if (i != start) takes.push_back(climbs[i].rungs);
    }
    const int next = static_cast<int>(reached.size());
    const int most = std::min<int>(rung_count, next + takes.size()) - 1;
    const StepAssignment assignment(std::move(takes));
    for (int last = most; last >= next; --last) {
      if (!assignment.Possible(next, last, {})) continue;
      reached.resize(last + 1, time);
      break;
    }
  }
  return reached;
}

// The events with the rungs that they can be during `stage`. An event on the
// first rung counts until it is beyond retention, and those of its run longer.
std::vector<Climb> ClimbsDuring(const Interval& stage, const CompiledOnRung& on,
                                EventSelection& selection) {
  std::vector<Climb> climbs;
  for (size_t event = selection.FirstEvent(on.horizon);
       event < selection.history().size(); ++event) {
    Climb climb{event, 0};
    for (size_t rung = 0; rung < on.rungs.size(); ++rung) {
      const Interval counted = selection.Counted(on.rungs[rung], event);
      if (CountsDuring(counted, selection.time(event), stage)) {
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
      const Instant first = selection.time(climbs[i].event);
      const Interval counted =
          Overlap(Overlap(stage, {first, selection.Expiry(first)}),
                  InsideWindow(on.window, first));
      if (counted.empty()) continue;
      const std::vector<Instant> reached = ReachedAt(on, selection, climbs, i);
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
