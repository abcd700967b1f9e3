#include "rules/engine/timeline/did_evaluation.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "rules/engine/timeline/window_interval.h"

namespace audienced {

bool Compares(const Comparison& comparison, WideDecimal value, int64_t count) {
  const WideDecimal bound =
      static_cast<WideDecimal>(comparison.bound.millionths) * count;
  switch (comparison.kind) {
    case Comparison::Kind::kExactly:
      return value == bound;
    case Comparison::Kind::kAtLeast:
      return value >= bound;
    case Comparison::Kind::kAtMost:
      return value <= bound;
    case Comparison::Kind::kAbove:
      return value > bound;
    case Comparison::Kind::kBelow:
      return value < bound;
    case Comparison::Kind::kBetween:
      return value >= bound &&
             value <=
                 static_cast<WideDecimal>(comparison.upper.millionths) * count;
  }
  return false;
}

// The aggregate over the events counted at the moment, as they come and go.
class DidEvaluation::Accumulator {
 public:
  Accumulator(const CompiledDid& did, Cell value,
              const EventSelection& selection)
      : did_(did), value_(value), selection_(selection) {}

  void Add(size_t event) { Change(event, 1); }
  void Remove(size_t event) { Change(event, -1); }

  bool Satisfied() const {
    const auto count = [](size_t n) {
      return static_cast<WideDecimal>(n) * Decimal::kScale;
    };
    switch (did_.aggregate) {
      case Aggregate::Kind::kTimes:
        return Compares(did_.comparison, count(events_));
      case Aggregate::Kind::kSum:
        return Compares(did_.comparison, total_);
      case Aggregate::Kind::kAverage:
        return amounts_ > 0 && Compares(did_.comparison, total_, amounts_);
      case Aggregate::Kind::kMinimum:
        return !values_.empty() &&
               Compares(did_.comparison, values_.begin()->first);
      case Aggregate::Kind::kMaximum:
        return !values_.empty() &&
               Compares(did_.comparison, values_.rbegin()->first);
      case Aggregate::Kind::kDistinct:
      case Aggregate::Kind::kDays:
        return Compares(did_.comparison, count(values_.size()));
    }
    return false;
  }

 private:
  void Change(size_t event, int by) {
    events_ += by;
    if (did_.aggregate == Aggregate::Kind::kTimes) return;
    const History& history = selection_.history();
    if (did_.aggregate == Aggregate::Kind::kDays) {
      Count(LocalDay(history.time(event), did_.time_zone), by);
      return;
    }
    if (!did_.of.of_item) {
      ChangeValue(history.cell(event, did_.of.column), by);
      return;
    }
    std::vector<size_t> items;
    selection_.AppendItems(did_.same, value_, event, items);
    for (const size_t item : items) {
      ChangeValue(history.item_cell(item, did_.of.column), by);
    }
  }

  void ChangeValue(Cell cell, int by) {
    if (cell == kAbsent) return;  // passed over
    if (did_.aggregate == Aggregate::Kind::kSum ||
        did_.aggregate == Aggregate::Kind::kAverage) {
      total_ += static_cast<WideDecimal>(cell) * by;
      amounts_ += by;
      return;
    }
    Count(cell, by);
  }

  void Count(int64_t value, int by) {
    const auto entry = values_.emplace(value, 0).first;
    entry->second += by;
    if (entry->second == 0) values_.erase(entry);
  }

  const CompiledDid& did_;
  const Cell value_;
  const EventSelection& selection_;
  int64_t events_ = 0;
  WideDecimal total_ = 0;
  int64_t amounts_ = 0;
  std::map<int64_t, int64_t> values_;  // how often each occurs
};

DidEvaluation::DidEvaluation(const CompiledDid& did, EventSelection& selection)
    : did_(did) {
  if (did.which == Did::Which::kAny) {
    Collect(selection);
  } else {
    CollectEdge(selection);
  }
  std::vector<Interval> holds;
  for (const Group& group : groups_) {
    const Signal swept = Sweep(group, selection);
    holds.insert(holds.end(), swept.intervals().begin(),
                 swept.intervals().end());
  }
  signal_ = Intersect(Signal::UnionOf(std::move(holds)),
                      Signal(selection.universe()));
  if (did.negated) signal_ = Complement(signal_, selection.universe());
}

void DidEvaluation::Collect(EventSelection& selection) {
  const History& history = selection.history();
  std::map<std::pair<Cell, int64_t>, size_t> places;  // value, session
  const bool grouped = did_.same.active || did_.in_one_session;
  if (!grouped) groups_.emplace_back();  // there even without events
  for (size_t event = 0; event < history.size(); ++event) {
    for (const auto& [value, class_id] : selection.ValuesOf(did_.same, event)) {
      const Interval counted = Overlap(
          selection.Counted(did_.filter, class_id, event),
          InsideWindow(did_.window, history.time(event), did_.time_zone));
      if (counted.empty()) continue;
      size_t place = 0;
      if (grouped) {
        const int64_t session =
            did_.in_one_session ? selection.SessionOf(event) : 0;
        const auto [entry, is_new] =
            places.try_emplace({value, session}, groups_.size());
        if (is_new) groups_.push_back({value, {}});
        place = entry->second;
      }
      groups_[place].occurrences.push_back({event, counted});
    }
  }
}

// `which`: first the first or last event ever, whatever its properties, then
// the question whether it passes `where` and the window.
void DidEvaluation::CollectEdge(EventSelection& selection) {
  const History& history = selection.history();
  EventFilter any_where = did_.filter;
  any_where.where_letter.reset();
  // Candidates, each while it is the first or the last of them.
  std::vector<Occurrence> candidates;
  for (size_t event = 0; event < history.size(); ++event) {
    const Interval counted = selection.Counted(any_where, event);
    if (!counted.empty()) candidates.push_back({event, counted});
  }
  if (did_.which == Did::Which::kFirst) {
    // Until the one before is beyond retention, it or one before it is first.
    for (size_t i = candidates.size(); i-- > 1;) {
      Interval& counted = candidates[i].counted;
      counted.begin = std::max(counted.begin, candidates[i - 1].counted.end);
    }
  } else {
    Instant next = Instant::Forever();  // a later one counts from here on
    for (size_t i = candidates.size(); i-- > 0;) {
      Interval& counted = candidates[i].counted;
      counted.end = std::min(counted.end, next);
      next = std::min(next, counted.begin);
    }
  }
  groups_.emplace_back();
  for (const auto& [event, is_edge] : candidates) {
    if (selection.Counted(did_.filter, event).empty()) continue;  // `where`
    const Interval counted =
        Overlap(is_edge,
                InsideWindow(did_.window, history.time(event), did_.time_zone));
    if (!counted.empty()) groups_[0].occurrences.push_back({event, counted});
  }
}

Signal DidEvaluation::Sweep(const Group& group,
                            const EventSelection& selection) const {
  struct End {
    Instant at;
    bool enters;
    size_t event;
  };
  std::vector<End> ends;
  for (const Occurrence& occurrence : group.occurrences) {
    ends.push_back({occurrence.counted.begin, true, occurrence.event});
    if (occurrence.counted.end != Instant::Forever()) {
      ends.push_back({occurrence.counted.end, false, occurrence.event});
    }
  }
  std::sort(ends.begin(), ends.end(), [](const End& left, const End& right) {
    return left.at < right.at;
  });
  Accumulator accumulator(did_, group.value, selection);
  std::vector<Interval> holds;
  Instant since = Instant::Never();
  for (size_t i = 0; i < ends.size();) {
    const Instant at = ends[i].at;
    if (accumulator.Satisfied()) holds.push_back({since, at});
    for (; i < ends.size() && ends[i].at == at; ++i) {
      if (ends[i].enters) {
        accumulator.Add(ends[i].event);
      } else {
        accumulator.Remove(ends[i].event);
      }
    }
    since = at;
  }
  if (accumulator.Satisfied()) holds.push_back({since, Instant::Forever()});
  return Signal::UnionOf(std::move(holds));
}

Evidence DidEvaluation::EvidenceAt(Instant t,
                                   const EventSelection& selection) const {
  Evidence evidence;
  if (did_.negated) return evidence;
  for (const Group& group : groups_) {
    Accumulator accumulator(did_, group.value, selection);
    Evidence of_group;
    for (const Occurrence& occurrence : group.occurrences) {
      if (!occurrence.counted.Contains(t)) continue;
      accumulator.Add(occurrence.event);
      of_group.events.push_back(occurrence.event);
      selection.AppendItems(did_.same, group.value, occurrence.event,
                            of_group.items);
    }
    if (of_group.events.empty() || !accumulator.Satisfied()) continue;
    if (did_.same.active) {
      of_group.values.emplace_back(selection.projection().Text(group.value));
    }
    Merge(evidence, of_group);
  }
  return evidence;
}

void DidEvaluation::AppendBreaks(std::vector<Instant>& breaks) const {
  if (did_.negated) return;
  for (const Group& group : groups_) {
    for (const Occurrence& occurrence : group.occurrences) {
      breaks.push_back(occurrence.counted.begin);
      breaks.push_back(occurrence.counted.end);
    }
  }
}

}  // namespace audienced
