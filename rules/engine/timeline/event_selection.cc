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
  seen_from_ = history.size();
  sessions_.clear();
  for (std::vector<Instant>& counted : counted_once_) counted.clear();
}

Instant EventSelection::TooOld(Micros horizon) const {
  return since_ == Instant::Never() || horizon == kLooksBackForEver
             ? Instant::Never()
             : Plus(since_, -horizon);
}

size_t EventSelection::FirstEvent(Micros horizon) const {
  return FirstAfter(TooOld(horizon));
}

size_t EventSelection::FirstAfter(Instant time) const {
  if (time == Instant::Never()) return 0;
  // Mostly few events are young enough, or there are few altogether.
  size_t first = history_->size();
  while (first > 0 && Seen(first - 1).time > time) --first;
  return first;
}

// Twice as many as are seen, so that to go back one by one takes no longer.
void EventSelection::SeeFrom(size_t event) const {
  const size_t size = history_->size();
  const size_t more = std::max<size_t>(32, 2 * (size - seen_from_));
  seen_from_ = std::min(event, size - std::min(size, more));
  if (seen_.size() < size) seen_.resize(size);
  EventPortion portion;
  const auto wants_all = [](uint32_t) { return true; };
  for (size_t end = size; end > seen_from_; end -= portion.passed) {
    history_->ReadNewest(end, wants_all, portion);
    for (size_t i = 0; i < portion.passed; ++i) {
      seen_[end - 1 - i] = {portion.times[i], portion.class_ids[i]};
    }
  }
}

Interval EventSelection::Counted(const EventFilter& filter, uint32_t class_id,
                                 size_t event) {
  const Instant at = time(event);
  Interval counted{Instant::Forever(), Expiry(at)};
  if (!projection_.Means(class_id, filter.number)) return counted;
  if (!filter.has_once) return {at, counted.end};
  for (const EventFilter::Source& source : filter.sources) {
    if (!projection_.Satisfies(class_id, source.letter)) continue;
    if (!source.once) return {at, counted.end};
    counted.begin =
        std::min(counted.begin, CountsOnceFrom(*source.once, event));
  }
  return counted;
}

EventSelection::Readings EventSelection::ValuesOf(const Grouping& grouping,
                                                  size_t event) const {
  if (!grouping.active) return {{kAbsent, class_id(event)}};
  Readings values;
  if (!grouping.of_item) {
    const Cell value = history_->cell(event, grouping.column);
    if (value != kAbsent) values.emplace_back(value, class_id(event));
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
        time(i).micros - last.micros >= kSessionGap) {
      --chain;
    }
    last = time(i);
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
    if (!projection_.Satisfies(class_id(event), once.letter)) continue;
    int64_t key = 0;
    switch (once.kind) {
      case OncePer::Kind::kSession:
        key = SessionOf(event);
        break;
      case OncePer::Kind::kDay:
        key = LocalDay(time(event), once.time_zone);
        break;
      case OncePer::Kind::kProperty:
        key = history_->cell(event, once.column);
        break;
    }
    const bool exempt = once.kind == OncePer::Kind::kProperty && key == kAbsent;
    const Instant at = time(event);
    const auto [before, is_first] = latest.try_emplace(key, at);
    if (exempt || is_first) {
      counted[event] = at;
    } else {
      // The first of those that are left, once the one before it is gone.
      counted[event] = std::max(at, Expiry(before->second));
      before->second = at;
    }
  }
  return counted;
}

}  // namespace audienced
