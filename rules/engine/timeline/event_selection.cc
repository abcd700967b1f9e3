#include "rules/engine/timeline/event_selection.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "rules/engine/timeline/window_interval.h"

namespace audienced {
namespace {

// Events of a profile without a session_id belong to one session while each
// comes less than this after the one before.
constexpr Micros kSessionGap = int64_t{30} * 60 * 1'000'000;

}  // namespace

EventSelection::EventSelection(const Projection& projection,
                               const History& history)
    : projection_(projection),
      history_(history),
      counted_once_(program().once_filters.size()) {}

bool EventSelection::Selects(const EventFilter& filter, uint32_t class_id,
                             size_t event) {
  if (filter.where_letter &&
      !projection_.Satisfies(class_id, *filter.where_letter)) {
    return false;
  }
  return std::any_of(filter.sources.begin(), filter.sources.end(),
                     [&](const EventFilter::Source& source) {
                       return projection_.Satisfies(class_id, source.letter) &&
                              (!source.once || CountsOnce(*source.once, event));
                     });
}

std::vector<std::pair<Cell, uint32_t>> EventSelection::ValuesOf(
    const Grouping& grouping, size_t event) const {
  if (!grouping.active) return {{kAbsent, history_.class_id(event)}};
  std::vector<std::pair<Cell, uint32_t>> values;
  if (!grouping.of_item) {
    const Cell value = history_.cell(event, grouping.column);
    if (value != kAbsent) values.emplace_back(value, history_.class_id(event));
    return values;
  }
  for (size_t item = history_.item_begin(event);
       item < history_.item_end(event); ++item) {
    const Cell value = history_.item_cell(item, grouping.column);
    if (value == kAbsent) continue;
    const auto class_id =
        static_cast<uint32_t>(history_.item_cell(item, grouping.class_column));
    const std::pair<Cell, uint32_t> entry(value, class_id);
    if (std::find(values.begin(), values.end(), entry) == values.end()) {
      values.push_back(entry);
    }
  }
  return values;
}

void EventSelection::AppendItems(const Grouping& grouping, Cell value,
                                 size_t event,
                                 std::vector<size_t>& items) const {
  for (size_t item = history_.item_begin(event);
       item < history_.item_end(event); ++item) {
    if (!grouping.of_item ||
        history_.item_cell(item, grouping.column) == value) {
      items.push_back(item);
    }
  }
}

int64_t EventSelection::SessionOf(size_t event) {
  if (!sessions_.empty()) return sessions_[event];
  sessions_.reserve(history_.size());
  int64_t chain = -1;  // below every dictionary id
  Instant last = Instant::Never();
  for (size_t i = 0; i < history_.size(); ++i) {
    const Cell given = history_.cell(i, program().session_column);
    if (given != kAbsent) {
      sessions_.push_back(given);
      continue;
    }
    if (last != Instant::Never() &&
        history_.time(i).micros - last.micros >= kSessionGap) {
      --chain;
    }
    last = history_.time(i);
    sessions_.push_back(chain);
  }
  return sessions_[event];
}

bool EventSelection::CountsOnce(uint32_t once, size_t event) {
  std::vector<bool>& counted = counted_once_[once];
  if (counted.empty()) counted = CountedBy(program().once_filters[once]);
  return counted[event];
}

std::vector<bool> EventSelection::CountedBy(const OnceFilter& once) {
  std::vector<bool> counted(history_.size());
  absl::flat_hash_set<int64_t> seen;
  for (size_t event = 0; event < history_.size(); ++event) {
    if (!projection_.Satisfies(history_.class_id(event), once.letter)) continue;
    int64_t key = 0;
    switch (once.kind) {
      case OncePer::Kind::kSession:
        key = SessionOf(event);
        break;
      case OncePer::Kind::kDay:
        key = LocalDay(history_.time(event), once.time_zone);
        break;
      case OncePer::Kind::kProperty:
        key = history_.cell(event, once.column);
        break;
    }
    const bool exempt = once.kind == OncePer::Kind::kProperty && key == kAbsent;
    counted[event] = exempt || seen.insert(key).second;
  }
  return counted;
}

}  // namespace audienced
