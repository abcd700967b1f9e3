#include "rules/engine/timeline/aggregation.h"

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

bool IsSatisfiedByNothing(const CompiledDid& did) {
  switch (did.aggregate) {
    case Aggregate::Kind::kAverage:
    case Aggregate::Kind::kMinimum:
    case Aggregate::Kind::kMaximum:
      return false;
    default:
      return Compares(did.comparison, 0);
  }
}

bool Aggregation::Satisfied() const {
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

void Aggregation::Change(size_t event, int by) {
  events_ += by;
  if (did_.aggregate == Aggregate::Kind::kTimes) return;
  const History& history = selection_.history();
  if (did_.aggregate == Aggregate::Kind::kDays) {
    Count(LocalDay(selection_.time(event), did_.window.time_zone), by);
    return;
  }
  if (!did_.of.of_item) {
    ChangeValue(history.cell(event, did_.of.column), by);
    return;
  }
  selection_.ForEachItem(did_.same, value_, event, [&](size_t item) {
    ChangeValue(history.item_cell(item, did_.of.column), by);
  });
}

void Aggregation::ChangeValue(Cell cell, int by) {
  if (cell == kAbsent) return;  // passed over
  if (did_.aggregate == Aggregate::Kind::kSum ||
      did_.aggregate == Aggregate::Kind::kAverage) {
    total_ += static_cast<WideDecimal>(cell) * by;
    amounts_ += by;
    return;
  }
  Count(cell, by);
}

void Aggregation::Count(int64_t value, int by) {
  const auto entry = values_.emplace(value, 0).first;
  entry->second += by;
  if (entry->second == 0) values_.erase(entry);
}

}  // namespace audienced
