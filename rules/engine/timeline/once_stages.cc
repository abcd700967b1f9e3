#include "rules/engine/timeline/once_stages.h"

#include <algorithm>
#include <utility>

namespace audienced {

bool HasStages(absl::Span<const EventFilter> filters,
               const EventSelection& selection) {
  if (selection.program().retention == 0) return false;
  return std::any_of(
      filters.begin(), filters.end(), [](const EventFilter& filter) {
        return std::any_of(filter.sources.begin(), filter.sources.end(),
                           [](const EventFilter::Source& source) {
                             return source.once.has_value();
                           });
      });
}

std::vector<Interval> StagesBetween(std::vector<Instant> breaks) {
  std::sort(breaks.begin(), breaks.end());
  breaks.erase(std::unique(breaks.begin(), breaks.end()), breaks.end());
  std::vector<Interval> stages;
  Instant begin = Instant::Never();
  for (const Instant at : breaks) {
    stages.push_back({begin, at});
    begin = at;
  }
  stages.push_back({begin, Instant::Forever()});
  return stages;
}

std::vector<Interval> StagesOf(absl::Span<const EventFilter> filters,
                               EventSelection& selection) {
  std::vector<Instant> breaks;
  if (HasStages(filters, selection)) {
    for (size_t event = 0; event < selection.history().size(); ++event) {
      for (const EventFilter& filter : filters) {
        const Interval counted = selection.Counted(filter, event);
        if (BeginsLate(counted, selection.time(event))) {
          breaks.push_back(counted.begin);
        }
      }
    }
  }
  return StagesBetween(std::move(breaks));
}

}  // namespace audienced
