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
    for (const uint32_t filter : projection_.CountedFilters(class_id)) {
      if (age < screen_.horizons[filter]) Add(filter, time, event);
    }
    return true;
  });
}

void EventCount::Add(uint32_t filter, Instant time, size_t event) {
  const auto place = static_cast<uint32_t>(entries_.size());
  entries_.push_back({time, static_cast<uint32_t>(event)});
  Slot& slot = slots_[filter];
  if (slot.turn != turn_) {
    slot = {turn_, place, place};
    present_.push_back(filter);
    return;
  }
  entries_[slot.oldest].older = place;
  slot.oldest = place;
}

}  // namespace audienced
