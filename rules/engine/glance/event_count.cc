#include "rules/engine/glance/event_count.h"

namespace audienced {

void EventCount::Count(const History& history, Instant t) {
  ++turn_;
  entries_.clear();
  present_.clear();
  const bool is_bounded = screen_.horizon != kLooksBackForEver;
  history.ScanNewestFirst([&](size_t event, Instant time, uint32_t class_id) {
    if (time > t) return true;
    const Micros age = t.micros - time.micros;
    if (is_bounded && age >= screen_.horizon) return false;
    const auto& counted = projection_.CountedFiltersOf(class_id);
    if (age >= counted.horizon) return true;
    for (const uint32_t filter : counted.filters) {
      if (age < screen_.horizons[filter]) Add(filter, time, event);
    }
    return true;
  });
}

}  // namespace audienced
