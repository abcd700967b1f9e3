#include "rules/engine/glance/event_count.h"

#include <algorithm>
#include <limits>

#include "rules/engine/compile/horizon.h"

namespace audienced {

void EventCount::TurnTo(const History& history, Instant t) {
  ++turn_;
  history_ = &history;
  t_ = t;
  unread_ = history.size();
  age_ = std::numeric_limits<Micros>::min();
  steps_until_ = 0;
  entries_.clear();
  spoken_.clear();
  if (classes_.size() < projection_.class_count()) LearnClasses();
}

absl::Span<const EventCount::Spoken> EventCount::FindSpoken() {
  ClassMarks missing = history_->class_marks();
  const ClassMarks single = projection_.SingleMarks();
  while (unread_ > 0 && age_ < projection_.DemandHorizon(missing)) {
    ReadPortion();
    if (unread_ == 0) break;
    for (size_t i = 0; i < picked_; ++i) {
      const uint32_t class_id = portion_.class_ids[picks_[i]];
      const ClassMarks mark = MarkOfClass(class_id) & single & missing;
      if (mark != 0 && HasSpoken(classes_[class_id])) missing &= ~mark;
    }
  }
  return spoken_;
}

bool EventCount::HasSpoken(const Class& of_class) const {
  return std::all_of(
      of_class.filters.begin(), of_class.filters.end(), [&](uint32_t filter) {
        const uint32_t next = Has(filter) ? slots_[filter].demands
                                          : screen_.first_demands[filter];
        return screen_.demands_by_times[next].times == 0;
      });
}

void EventCount::ReadFor(uint32_t filter, Micros below) {
  const Screen::Counting& counting = screen_.counting[filter];
  const Micros horizon =
      counting.is_step ? below : std::min(below, counting.horizon);
  const uint32_t count = Has(filter) ? slots_[filter].count : 0;
  if (count >= counting.most ||
      (projection_.MarksOf(filter) & history_->class_marks()) == 0) {
    return;
  }
  while (unread_ > 0 && age_ < horizon &&
         !(Has(filter) && slots_[filter].count > count)) {
    ReadPortion();
  }
}

void EventCount::LearnClasses() {
  for (auto next = static_cast<uint32_t>(classes_.size());
       next < projection_.class_count(); ++next) {
    const Projection::CountedFilters& counted =
        projection_.CountedFiltersOf(next);
    Class& learnt = classes_.emplace_back();
    learnt.filters = counted.filters;
    learnt.horizon = counted.horizon;
    learnt.has_steps = counted.has_steps;
    for (const uint32_t filter : learnt.filters) {
      for (const auto& opening : screen_.counting[filter].openings) {
        learnt.span = std::max(learnt.span.value_or(0), opening.span);
      }
    }
  }
}

void EventCount::ReadPortion() {
  history_->ReadNewest(unread_, portion_);
  Pick();
  const size_t end = unread_;
  unread_ = end - portion_.count;
  age_ = AgeOf(portion_.times[portion_.count - 1]);
  for (size_t i = 0; i < picked_; ++i) {
    const size_t pick = picks_[i];
    const Micros were_until = steps_until_;
    Count(portion_.class_ids[pick], portion_.times[pick],
          static_cast<uint32_t>(end - 1 - pick));
    if (steps_until_ == were_until) continue;
    // What lies before was picked without these steps: once more.
    unread_ = end - 1 - pick;
    age_ = AgeOf(portion_.times[pick]);
    picked_ = i + 1;
  }
}

// Without a branch, so that the next event need not wait for this one.
void EventCount::Pick() {
  const Class* const classes = classes_.data();
  const Micros t = t_.micros;
  const Micros steps_until = steps_until_;
  size_t picked = 0;
  for (size_t i = 0; i < portion_.count; ++i) {
    const Class& of_class = classes[portion_.class_ids[i]];
    const Micros age = t - portion_.times[i].micros;
    const Micros below =
        std::max(of_class.horizon, of_class.has_steps * steps_until);
    picks_[picked] = static_cast<uint8_t>(i);
    picked += (age >= 0) & (age < below);
  }
  picked_ = picked;
}

inline void EventCount::Count(uint32_t class_id, Instant time, uint32_t event) {
  const Class& of_class = classes_[class_id];
  if (of_class.span) Open(of_class, time, event);
  const Micros age = AgeOf(time);
  for (const uint32_t filter : of_class.filters) {
    const Screen::Counting& counting = screen_.counting[filter];
    // One branch, not one for each reason: none of them can be foreseen.
    const bool is_young =
        (age < counting.horizon) | (counting.is_step & (age < steps_until_));
    const bool has_any = Has(filter);
    const bool is_full = has_any & (slots_[filter].count >= counting.most);
    if (is_young & !is_full) Add(filter, time, event);
  }
}

inline void EventCount::Add(uint32_t filter, Instant time, uint32_t event) {
  Slot& slot = slots_[filter];
  const auto place = static_cast<uint32_t>(entries_.size());
  entries_.push_back({time, event});
  if (slot.turn != turn_) {
    slot.turn = turn_;
    slot.newest = place;
    slot.count = 1;
    slot.demands = screen_.first_demands[filter];
  } else {
    entries_[slot.oldest].older = place;
    ++slot.count;
  }
  slot.oldest = place;
  const Screen::Demands& demands = screen_.demands_by_times[slot.demands];
  if (slot.count != demands.times) return;
  ++slot.demands;
  if (AgeOf(time) < demands.horizon) {
    spoken_.push_back({demands.first, demands.last, AgeOf(time)});
  }
}

// Makes the steps count that `last` can be the last after.
void EventCount::Open(const Class& of_class, Instant time, uint32_t last) {
  const Micros age = AgeOf(time);
  if (Further(age, *of_class.span) <= steps_until_) return;
  const bool was_open = age < steps_until_;
  for (const uint32_t filter : of_class.filters) {
    const Screen::Counting& counting = screen_.counting[filter];
    if (age >= counting.horizon) continue;
    for (const Screen::Counting::Opening& opening : counting.openings) {
      if (opening.against && Has(*opening.against)) continue;
      steps_until_ = std::max(steps_until_, Further(age, opening.span));
    }
  }
  if (!was_open && age < steps_until_) CountStepsBeside(time, last);
}

// Whatever the order of the events of one instant, each counts as after the
// others. Those that come behind were read already.
void EventCount::CountStepsBeside(Instant time, uint32_t last) {
  uint32_t end = last + 1;
  while (end < history_->size() && history_->time(end) == time) ++end;
  while (end-- > last + 1) {
    for (const uint32_t filter : classes_[history_->class_id(end)].filters) {
      const Screen::Counting& counting = screen_.counting[filter];
      const bool is_beside =
          counting.is_step && AgeOf(time) >= counting.horizon;
      if (is_beside) Add(filter, time, end);
    }
  }
}

}  // namespace audienced
