#ifndef AUDIENCED_RULES_ENGINE_GLANCE_OUTLOOK_H_
#define AUDIENCED_RULES_ENGINE_GLANCE_OUTLOOK_H_

#include <algorithm>

#include "rules/engine/timeline/signal.h"
#include "rules/history/instant.h"

namespace audienced {

// What a signal says at one instant, exactly, and of the time after it,
// roughly, if no further event comes. Never more than is true: the real flip is
// not before `flips`, and at `over` and later the signal does not hold.
struct Outlook {
  bool holds = false;
  Instant flips = Instant::Forever();
  Instant over = Instant::Never();

  // Does not hold and never will.
  static Outlook Nothing() { return {}; }
  // Holds and always will.
  static Outlook Always() {
    return {true, Instant::Forever(), Instant::Forever()};
  }
  // What `signal` says at `t`.
  static Outlook Of(const Signal& signal, Instant t) {
    const auto intervals = signal.intervals();
    if (intervals.empty() || intervals.back().end <= t) return Nothing();
    return {signal.Holds(t), signal.NextFlip(t), intervals.back().end};
  }

  bool is_nothing() const { return !holds && flips == Instant::Forever(); }
};

inline Outlook Complement(const Outlook& outlook) {
  if (outlook.holds && outlook.flips == Instant::Forever()) {
    return Outlook::Nothing();
  }
  return {!outlook.holds, outlook.flips, Instant::Forever()};
}

// Where one of them does not hold before the other one is over, both never do.
inline Outlook Both(const Outlook& left, const Outlook& right) {
  Outlook both{left.holds && right.holds, Instant::Forever(),
               std::min(left.over, right.over)};
  if (both.holds) {
    both.flips = std::min(left.flips, right.flips);
    return both;
  }
  // All that do not hold have to rise first.
  both.flips = Instant::Never();
  if (!left.holds) both.flips = left.flips;
  if (!right.holds) both.flips = std::max(both.flips, right.flips);
  return both.flips >= both.over ? Outlook::Nothing() : both;
}

inline Outlook Either(const Outlook& left, const Outlook& right) {
  Outlook either{left.holds || right.holds, Instant::Forever(),
                 std::max(left.over, right.over)};
  if (!either.holds) {
    either.flips = std::min(left.flips, right.flips);
    return either;
  }
  // Holds on while one of those that hold does.
  either.flips = Instant::Never();
  if (left.holds) either.flips = left.flips;
  if (right.holds) either.flips = std::max(either.flips, right.flips);
  return either;
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_GLANCE_OUTLOOK_H_
