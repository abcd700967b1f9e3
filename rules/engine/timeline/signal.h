#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_SIGNAL_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_SIGNAL_H_

#include <algorithm>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "rules/history/instant.h"

namespace audienced {

// A stretch of the time line: `begin` is included, `end` is not.
struct Interval {
  Instant begin;
  Instant end;

  bool empty() const { return begin >= end; }
  bool Contains(Instant t) const { return begin <= t && t < end; }
  bool Overlaps(const Interval& other) const {
    return begin < other.end && other.begin < end;
  }
  friend bool operator==(const Interval&, const Interval&) = default;
};

// The first of many instants that comes after a given one.
class NextInstant {
 public:
  explicit NextInstant(Instant after) : after_(after) {}

  Instant after() const { return after_; }
  void Offer(Instant at) {
    if (at > after_) next_ = std::min(next_, at);
  }
  // Forever where none was offered.
  Instant next() const { return next_; }

 private:
  const Instant after_;
  Instant next_ = Instant::Forever();
};

// What is in both; may be empty.
inline Interval Overlap(const Interval& left, const Interval& right) {
  return {std::max(left.begin, right.begin), std::min(left.end, right.end)};
}

// Almost all signals of almost all profiles have one interval or two, which lie
// where the signal lies: evaluating them takes no memory from the heap.
using Intervals = absl::InlinedVector<Interval, 2>;

// When a condition holds: a set of instants, as disjoint half-open intervals in
// order, with a gap between each and the next. The timeline of a condition over
// one history; everything else is read off it.
class Signal {
 public:
  Signal() = default;
  explicit Signal(Interval interval);

  // The union of `intervals`, which may be empty ones, overlap, touch and stand
  // in any order.
  static Signal UnionOf(Intervals intervals);

  absl::Span<const Interval> intervals() const { return intervals_; }
  bool empty() const { return intervals_.empty(); }

  bool Holds(Instant t) const { return Find(t) != nullptr; }
  // The interval that contains `t`, or null.
  const Interval* Find(Instant t) const;
  // The last interval that begins at or before `t`, or null.
  const Interval* LastBefore(Instant t) const;
  // The last instant at or before `t` at which the signal flipped; `first` if
  // there is none.
  Instant LastFlip(Instant t, Instant first) const;
  // The first instant after `t` at which the signal flips; Forever if none.
  Instant NextFlip(Instant t) const;

  friend bool operator==(const Signal&, const Signal&) = default;

 private:
  friend Signal Union(const Signal& left, const Signal& right);
  friend Signal Intersect(const Signal& left, const Signal& right);
  friend Signal Complement(const Signal& signal, Interval universe);

  // Adds an interval that begins where the last one does, or later.
  void Append(const Interval& interval);

  Intervals intervals_;
};

Signal Union(const Signal& left, const Signal& right);
Signal Intersect(const Signal& left, const Signal& right);
// The instants of `universe` at which `signal` does not hold.
Signal Complement(const Signal& signal, Interval universe);
// `left` without the instants of `right`.
Signal Subtract(const Signal& left, const Signal& right);
// Each interval [a, b) becomes [a, b + micros).
Signal Extend(const Signal& signal, int64_t micros);
// After each fall at L nothing holds on [L, L + micros); what holds at its end
// counts again from there.
Signal HoldOffAfterFall(const Signal& signal, int64_t micros);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_SIGNAL_H_
