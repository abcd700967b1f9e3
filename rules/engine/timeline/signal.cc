#include "rules/engine/timeline/signal.h"

#include <algorithm>

namespace audienced {
namespace {

bool BeginsEarlier(const Interval& left, const Interval& right) {
  return left.begin < right.begin;
}

}  // namespace

Signal::Signal(Interval interval) {
  if (!interval.empty()) intervals_.push_back(interval);
}

void Signal::Append(const Interval& interval) {
  if (interval.empty()) return;
  if (!intervals_.empty() && interval.begin <= intervals_.back().end) {
    Instant& end = intervals_.back().end;
    end = std::max(end, interval.end);
  } else {
    intervals_.push_back(interval);
  }
}

Signal Signal::UnionOf(Intervals intervals) {
  // Mostly they come in order.
  if (!std::is_sorted(intervals.begin(), intervals.end(), BeginsEarlier)) {
    std::sort(intervals.begin(), intervals.end(), BeginsEarlier);
  }
  Signal result;
  for (const Interval& interval : intervals) result.Append(interval);
  return result;
}

const Interval* Signal::LastBefore(Instant t) const {
  const auto after = std::upper_bound(
      intervals_.begin(), intervals_.end(), t,
      [](Instant at, const Interval& interval) { return at < interval.begin; });
  return after == intervals_.begin() ? nullptr : &*(after - 1);
}

const Interval* Signal::Find(Instant t) const {
  const Interval* interval = LastBefore(t);
  return interval != nullptr && interval->Contains(t) ? interval : nullptr;
}

Instant Signal::LastFlip(Instant t, Instant first) const {
  const Interval* interval = LastBefore(t);
  if (interval == nullptr) return first;
  return interval->end <= t ? interval->end : interval->begin;
}

Instant Signal::NextFlip(Instant t) const {
  if (const Interval* interval = Find(t)) return interval->end;
  const auto next = std::upper_bound(
      intervals_.begin(), intervals_.end(), t,
      [](Instant at, const Interval& interval) { return at < interval.begin; });
  return next == intervals_.end() ? Instant::Forever() : next->begin;
}

Signal Union(const Signal& left, const Signal& right) {
  Signal result;
  auto a = left.intervals_.begin();
  auto b = right.intervals_.begin();
  while (a != left.intervals_.end() || b != right.intervals_.end()) {
    const bool from_left =
        b == right.intervals_.end() ||
        (a != left.intervals_.end() && BeginsEarlier(*a, *b));
    result.Append(from_left ? *a++ : *b++);
  }
  return result;
}

Signal Intersect(const Signal& left, const Signal& right) {
  Signal result;
  auto a = left.intervals_.begin();
  auto b = right.intervals_.begin();
  while (a != left.intervals_.end() && b != right.intervals_.end()) {
    const Interval both{std::max(a->begin, b->begin), std::min(a->end, b->end)};
    if (!both.empty()) result.intervals_.push_back(both);
    if (a->end < b->end) {
      ++a;
    } else {
      ++b;
    }
  }
  return result;
}

Signal Complement(const Signal& signal, Interval universe) {
  Signal result;
  Instant begin = universe.begin;
  for (const Interval& interval : signal.intervals_) {
    const Interval gap{begin, std::min(interval.begin, universe.end)};
    if (!gap.empty()) result.intervals_.push_back(gap);
    begin = std::max(begin, interval.end);
  }
  const Interval rest{begin, universe.end};
  if (!rest.empty()) result.intervals_.push_back(rest);
  return result;
}

Signal Subtract(const Signal& left, const Signal& right) {
  return Intersect(left,
                   Complement(right, {Instant::Never(), Instant::Forever()}));
}

Signal Extend(const Signal& signal, int64_t micros) {
  if (micros == 0) return signal;
  Intervals longer(signal.intervals().begin(), signal.intervals().end());
  for (Interval& interval : longer) {
    interval.end = Plus(interval.end, micros);
  }
  return Signal::UnionOf(std::move(longer));
}

Signal HoldOffAfterFall(const Signal& signal, int64_t micros) {
  Intervals kept;
  Instant open = Instant::Never();  // nothing holds before this
  for (Interval interval : signal.intervals()) {
    interval.begin = std::max(interval.begin, open);
    if (interval.empty()) continue;
    kept.push_back(interval);
    open = Plus(interval.end, micros);
  }
  return Signal::UnionOf(std::move(kept));
}

}  // namespace audienced
