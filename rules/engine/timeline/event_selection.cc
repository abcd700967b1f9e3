#include "rules/engine/timeline/event_selection.h"

#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "rules/engine/timeline/window_interval.h"

namespace audienced {
namespace {

// Events of a profile without a session_id belong to one session while each
// comes less than this after the one before.
constexpr Micros kSessionGap = int64_t{30} * 60 * 1'000'000;

}  // namespace

EventSelection::EventSelection(const Projection& projection)
    : projection_(projection),
      program_(projection.rulebook().program()),
      counted_once_(program_.once_filters.size()) {}

void EventSelection::TurnTo(const History& history, Instant since) {
  history_ = &history;
  since_ = since;
  sessions_.clear();
  for (std::vector<Instant>& counted : counted_once_) counted.clear();
}

size_t EventSelection::FirstEvent(Micros horizon) const {
  if (since_ == Instant::Never() || horizon == kLooksBackForEver) return 0;
  const Instant past = Plus(since_, -horizon);
  // Mostly few events are young enough, or there are few altogether.
  size_t first = history_->size();
  while (first > 0 && history_->time(first - 1) > past) --first;
  return first;
}

Interval EventSelection::Counted(const EventFilter& filter, uint32_t class_id,
                                 size_t event) {
  const Instant time = history_->time(event);
  Interval counted{Instant::Forever(), Expiry(time)};
  if (!projection_.Means(class_id, filter.number)) return counted;
  if (!filter.has_once) return {time, counted.end};
  for (const EventFilter::Source& source : filter.sources) {
    if (!projection_.Satisfies(class_id, source.letter)) continue;
    if (!source.once) return {time, counted.end};
    counted.begin =
        std::min(counted.begin, CountsOnceFrom(*source.once, event));
  }
  return counted;
}

EventSelection::Readings EventSelection::ValuesOf(const Grouping& grouping,
                                                  size_t event) const {
  if (!grouping.active) return {{kAbsent, history_->class_id(event)}};
  Readings values;
  if (!grouping.of_item) {
    const Cell value = history_->cell(event, grouping.column);
    if (value != kAbsent) values.emplace_back(value, history_->class_id(event));
    return values;
  }
  for (size_t item = history_->item_begin(event);
       item < history_->item_end(event); ++item) {
    const Cell value = history_->item_cell(item, grouping.column);
    if (value == kAbsent) continue;
    const auto class_id =
        static_cast<uint32_t>(history_->item_cell(item, grouping.class_column));
    const Reading entry(value, class_id);
    if (std::find(values.begin(), values.end(), entry) == values.end()) {
      values.push_back(entry);
    }
  }
  return values;
}

void EventSelection::AppendItems(const Grouping& grouping, Cell value,
                                 size_t event,
                                 std::vector<size_t>& items) const {
  ForEachItem(grouping, value, event,
              [&](size_t item) { items.push_back(item); });
}

int64_t EventSelection::SessionOf(size_t event) {
  if (!sessions_.empty()) return sessions_[event];
  sessions_.reserve(history_->size());
  int64_t chain = -1;  // below every dictionary id
  Instant last = Instant::Never();
  for (size_t i = 0; i < history_->size(); ++i) {
    const Cell given = history_->cell(i, program_.session_column);
    if (given != kAbsent) {
      sessions_.push_back(given);
      continue;
    }
    if (last != Instant::Never() &&
        history_->time(i).micros - last.micros >= kSessionGap) {
      --chain;
    }
    last = history_->time(i);
    sessions_.push_back(chain);
  }
  return sessions_[event];
}

Instant EventSelection::CountsOnceFrom(uint32_t once, size_t event) {
  std::vector<Instant>& counted = counted_once_[once];
  if (counted.empty()) counted = CountedFrom(program_.once_filters[once]);
  return counted[event];
}

std::vector<Instant> EventSelection::CountedFrom(const OnceFilter& once) {
  std::vector<Instant> counted(history_->size(), Instant::Forever());
  absl::flat_hash_map<int64_t, Instant> latest;  // by key
  for (size_t event = 0; event < history_->size(); ++event) {
    if (!projection_.Satisfies(history_->class_id(event), once.letter))
      continue;
    int64_t key = 0;
    switch (once.kind) {
      case OncePer::Kind::kSession:
        key = SessionOf(event);
        break;
      case OncePer::Kind::kDay:
        key = LocalDay(history_->time(event), once.time_zone);
        break;
      case OncePer::Kind::kProperty:
        key = history_->cell(event, once.column);
        break;
    }
    const bool exempt = once.kind == OncePer::Kind::kProperty && key == kAbsent;
    const Instant time = history_->time(event);
    const auto [before, is_first] = latest.try_emplace(key, time);
    if (exempt || is_first) {
      counted[event] = time;
    } else {
      // The first of those that are left, once the one before it is gone.
      counted[event] = std::max(time, Expiry(before->second));
      before->second = time;
    }
  }
  return counted;
}

}  // namespace audienced
