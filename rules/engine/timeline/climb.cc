#include "rules/engine/timeline/climb.h"

#include <algorithm>
#include <utility>

namespace audienced {

std::vector<Instant> RunFrom(absl::Span<const Climb> climbs, size_t start,
                             size_t rung_count, Micros all_within) {
  const Instant first = climbs[start].time;
  std::vector<Instant> reached = {first};
  size_t i = start;
  while (i > 0 && climbs[i - 1].time == first) --i;
  while (i < climbs.size() && reached.size() < rung_count) {
    const Instant time = climbs[i].time;
    if (all_within != 0 && time.micros - first.micros >= all_within) break;
    const bool is_alone = i + 1 == climbs.size() || climbs[i + 1].time != time;
    if (is_alone && i != start) {
      if ((climbs[i].rungs >> reached.size() & 1) != 0) reached.push_back(time);
      ++i;
      continue;
    }
    std::vector<StepSet> takes;
    for (; i < climbs.size() && climbs[i].time == time; ++i) {
      if (i != start) takes.push_back(climbs[i].rungs);
    }
    const int next = static_cast<int>(reached.size());
    const int most =
        static_cast<int>(std::min(rung_count, next + takes.size())) - 1;
    const StepAssignment assignment(std::move(takes));
    for (int last = most; last >= next; --last) {
      if (!assignment.Possible(next, last, {})) continue;
      reached.resize(last + 1, time);
      break;
    }
  }
  return reached;
}

}  // namespace audienced
