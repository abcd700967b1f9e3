#include "rules/engine/glance/event_count.h"

#include <algorithm>

#include "rules/engine/compile/horizon.h"

namespace audienced {

EventCount::EventCount(const Projection& projection)
    : projection_(projection),
      screen_(projection.rulebook().screen()),
      slots_(screen_.counting.size()) {
  for (size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].mark = screen_.counting[i].mark;
  }
}

void EventCount::TurnTo(const History& history, Instant t) {
  ++turn_;
  history_ = &history;
  t_ = t;
  unread_ = history.size();
  age_ = unread_ > 0 ? AgeOf(history.last_time()) : 0;
  steps_until_ = 0;
  entries_.clear();
  spoken_.clear();
  if (classes_.size() < projection_.class_count()) LearnClasses();
  count_stage_ = screen_.count_stages.data();
  demand_stage_ = screen_.demand_stages.data();
  present_ = projection_.FiltersAmong(history.class_marks());
  full_ = 0;
  spoken_out_ = 0;
}

bool EventCount::MaySpeak() {
  if (unread_ == 0) return false;
  while (age_ >= demand_stage_->until) ++demand_stage_;
  return (demand_stage_->marks & present_ & ~spoken_out_) != 0;
}

absl::Span<const EventCount::Spoken> EventCount::FindSpoken() {
  while (MaySpeak()) ReadPortion();
  return spoken_;
}

void EventCount::ReadFor(uint32_t filter, Micros below) {
  const Screen::Counting& counting = screen_.counting[filter];
  const Micros horizon =
      counting.is_step ? below : std::min(below, counting.horizon);
  const uint32_t count = Has(filter) ? slots_[filter].count : 0;
  if (count >= counting.most || !MayHave(filter)) return;
  while (unread_ > 0 && age_ < horizon &&
         !(Has(filter) && slots_[filter].count > count)) {
    ReadPortion();
  }
}

void EventCount::LearnClasses() {
  for (auto next = static_cast<uint32_t>(classes_.size());
       next < projection_.class_count(); ++next) {
    Class& learnt = classes_.emplace_back();
    learnt.filters = projection_.CountedFiltersOf(next);
    FilterMarks& marks = marks_.emplace_back();
    for (const uint32_t filter : learnt.filters) {
      marks |= slots_[filter].mark;
      for (const auto& opening : screen_.counting[filter].openings) {
        learnt.span = std::max(learnt.span.value_or(0), opening.span);
      }
    }
  }
}

void EventCount::ReadPortion() {
  while (age_ >= count_stage_->until) ++count_stage_;
  const FilterMarks open = OpenAt(age_);
  const Micros steps_until = steps_until_;
  const FilterMarks* const marks = marks_.data();
  history_->ReadNewest(
      unread_, [=](uint32_t class_id) { return (marks[class_id] & open) != 0; },
      portion_);
  const size_t end = unread_;
  unread_ = end - portion_.passed;
  age_ = AgeOf(portion_.oldest);
  for (size_t i = 0; i < portion_.count; ++i) {
    const Instant time = portion_.times[i];
    if (time > t_) continue;
    const size_t event = end - 1 - portion_.places[i];
    Count(portion_.class_ids[i], time, static_cast<uint32_t>(event));
    if (steps_until_ == steps_until) continue;
    // What lies before was read without these steps: once more.
    unread_ = event;
    age_ = AgeOf(time);
    return;
  }
}

inline void EventCount::Count(uint32_t class_id, Instant time, uint32_t event) {
  const Class& of_class = classes_[class_id];
  if (of_class.span) Open(of_class, time, event);
  const Micros age = AgeOf(time);
  const FilterMarks open = OpenAt(age);
  for (const uint32_t filter : of_class.filters) {
    const Slot& slot = slots_[filter];
    if ((slot.mark & open) == 0) continue;
    const Screen::Counting& counting = screen_.counting[filter];
    // One branch, not one for each reason: none of them can be foreseen.
    const bool is_young =
        (age < counting.horizon) | (counting.is_step & (age < steps_until_));
    const bool has_any = Has(filter);
    const bool is_full = has_any & (slot.count >= counting.most);
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
    slot.telling = screen_.demands_by_times[slot.demands].telling;
  } else {
    entries_[slot.oldest].older = place;
    ++slot.count;
  }
  slot.oldest = place;
  if (slot.count == slot.telling) Tell(filter, AgeOf(time));
}

void EventCount::Tell(uint32_t filter, Micros age) {
  Slot& slot = slots_[filter];
  const FilterMarks mark = slot.mark & screen_.single_marks;
  if (slot.count == screen_.counting[filter].most) full_ |= mark;
  const Screen::Demands& demands = screen_.demands_by_times[slot.demands];
  if (slot.count == demands.times) {
    ++slot.demands;
    if (age < demands.horizon) {
      spoken_.push_back({demands.first, demands.last, age});
    }
  }
  const Screen::Demands& next = screen_.demands_by_times[slot.demands];
  if (next.times == 0) spoken_out_ |= mark;
  slot.telling = next.telling;
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
      if (opening.against && HasBehind(*opening.against, time)) continue;
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
