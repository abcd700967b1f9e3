#include "rules/engine/glance/event_count.h"

#include <algorithm>
#include <limits>

#include "rules/engine/compile/horizon.h"

namespace audienced {
namespace {

// Of so many events in a row one has its time read in any case, so that the
// pass finds its end also where none is counted.
constexpr size_t kTimesApart = 16;

}  // namespace

void EventCount::TurnTo(const History& history, Instant t) {
  ++turn_;
  history_ = &history;
  t_ = t;
  unread_ = history.size();
  age_ = std::numeric_limits<Micros>::min();
  steps_until_ = 0;
  entries_.clear();
  present_.clear();
}

const std::vector<uint32_t>& EventCount::FindDemanded() {
  ClassMarks missing = history_->class_marks();
  const ClassMarks single = projection_.SingleMarks();
  Micros horizon = projection_.DemandHorizon(missing);
  ReadUntil([&](uint32_t class_id) {
    const ClassMarks found = MarkOfClass(class_id) & single & missing;
    if (found != 0 && age_ >= 0) {
      missing &= ~found;
      horizon = projection_.DemandHorizon(missing);
    }
    return age_ >= horizon;
  });
  return present_;
}

void EventCount::ReadFor(uint32_t filter, Micros below) {
  const Screen::Counting& counting = counting_[filter];
  const Micros horizon =
      counting.is_step ? below : std::min(below, counting.horizon);
  const Slot& slot = slots_[filter];
  const uint32_t count = Has(filter) ? slot.count : 0;
  if (age_ >= horizon || count >= counting.most ||
      (projection_.MarksOf(filter) & history_->class_marks()) == 0) {
    return;
  }
  ReadUntil([&](uint32_t) {
    return age_ >= horizon || (Has(filter) && slot.count > count);
  });
}

void EventCount::Learn(uint32_t class_id) {
  for (auto next = static_cast<uint32_t>(classes_.size()); next <= class_id;
       ++next) {
    Class& learnt = classes_.emplace_back();
    learnt.counted = &projection_.CountedFiltersOf(next);
    for (const uint32_t filter : learnt.counted->filters) {
      for (const auto& opening : counting_[filter].openings) {
        learnt.span = std::max(learnt.span.value_or(0), opening.span);
      }
    }
  }
}

template <typename IsEnough>
void EventCount::ReadUntil(IsEnough is_enough) {
  history_->ScanNewestFirst(unread_, [&](size_t event, uint32_t class_id,
                                         auto time) {
    unread_ = event;
    Class& of_class = ClassOf(class_id);
    const Micros horizon =
        of_class.turn == turn_ ? of_class.horizon : of_class.counted->horizon;
    // The event is as old as the last one at least.
    const bool is_too_old = age_ >= horizon && (age_ >= steps_until_ ||
                                                !of_class.counted->has_steps);
    if (is_too_old && event % kTimesApart != 0) return true;
    const Instant at = time();
    age_ = t_.micros - at.micros;
    if (age_ >= 0) Count(of_class, at, event);
    return !is_enough(class_id);
  });
}

inline void EventCount::Count(Class& of_class, Instant time, size_t event) {
  if (of_class.span) Open(of_class, event, time);
  of_class.turn = turn_;
  of_class.horizon = 0;
  for (const uint32_t filter : of_class.counted->filters) {
    const Screen::Counting& counting = counting_[filter];
    if (Has(filter) && slots_[filter].count >= counting.most) continue;
    of_class.horizon = std::max(of_class.horizon, counting.horizon);
    if (age_ < counting.horizon || (counting.is_step && age_ < steps_until_)) {
      Add(filter, time, event);
    }
  }
}

inline void EventCount::Add(uint32_t filter, Instant time, size_t event) {
  const auto place = static_cast<uint32_t>(entries_.size());
  entries_.push_back({time, static_cast<uint32_t>(event)});
  Slot& slot = slots_[filter];
  if (slot.turn != turn_) {
    slot = {turn_, place, place, 1};
    present_.push_back(filter);
    return;
  }
  entries_[slot.oldest].older = place;
  slot.oldest = place;
  ++slot.count;
}

// Makes the steps count that `event` can be the last after.
void EventCount::Open(const Class& of_class, size_t event, Instant time) {
  if (Further(age_, *of_class.span) <= steps_until_) return;
  const bool was_open = age_ < steps_until_;
  for (const uint32_t filter : of_class.counted->filters) {
    const Screen::Counting& counting = counting_[filter];
    if (age_ >= counting.horizon) continue;
    for (const Screen::Counting::Opening& opening : counting.openings) {
      if (opening.against && Has(*opening.against)) continue;
      steps_until_ = std::max(steps_until_, Further(age_, opening.span));
    }
  }
  if (!was_open && age_ < steps_until_) CountStepsBeside(event, time);
}

// Whatever the order of the events of one instant, each counts as after the
// others. Those that come behind were read already.
void EventCount::CountStepsBeside(size_t event, Instant time) {
  size_t end = event + 1;
  while (end < history_->size() && history_->time(end) == time) ++end;
  while (end-- > event + 1) {
    for (const uint32_t filter :
         ClassOf(history_->class_id(end)).counted->filters) {
      const Screen::Counting& counting = counting_[filter];
      if (counting.is_step && age_ >= counting.horizon) Add(filter, time, end);
    }
  }
}

}  // namespace audienced
