#include "rules/engine/glance/event_count.h"

namespace audienced {

void EventCount::Count(const History& history, Instant t) {
  ++turn_;
  entries_.clear();
  present_.clear();
  next_event_ = Instant::Forever();
  const bool is_bounded = screen_.horizon != kLooksBackForEver;
  for (size_t event = history.size(); event-- > 0;) {
    const Instant time = history.time(event);
    if (time > t) {
      next_event_ = time;
      continue;
    }
    const Micros age = t.micros - time.micros;
    if (is_bounded && age >= screen_.horizon) break;
    for (const uint32_t filter :
         projection_.CountedFilters(history.class_id(event))) {
      if (age >= screen_.horizons[filter]) continue;
      const auto place = static_cast<uint32_t>(entries_.size());
      entries_.push_back({time, static_cast<uint32_t>(event)});
      Slot& slot = slots_[filter];
      if (slot.turn != turn_) {
        slot = {turn_, place, place};
        present_.push_back(filter);
      } else {
        entries_[slot.oldest].older = place;
        slot.oldest = place;
      }
    }
  }
}

}  // namespace audienced
