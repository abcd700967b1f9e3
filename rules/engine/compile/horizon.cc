#include "rules/engine/compile/horizon.h"

#include <algorithm>
#include <variant>

namespace audienced {
namespace {

constexpr Micros kDay = int64_t{24} * 60 * 60 * 1'000'000;

// The longest time from the begin of a named span to its end, a day more for
// the clock changes.
Micros HorizonOf(CalendarWord word) {
  switch (word) {
    case CalendarWord::kToday:
      return 2 * kDay;
    case CalendarWord::kYesterday:
      return 3 * kDay;
    case CalendarWord::kThisWeek:
      return 8 * kDay;
    case CalendarWord::kLastWeek:
      return 15 * kDay;
    case CalendarWord::kThisMonth:
      return 32 * kDay;
    case CalendarWord::kLastMonth:
      return 63 * kDay;
    case CalendarWord::kThisYear:
      return 367 * kDay;
    case CalendarWord::kLastYear:
      return 733 * kDay;
  }
  return kLooksBackForEver;
}

Micros WithinRetention(Micros horizon, const Program& program) {
  return program.retention == 0 ? horizon
                                : std::min(horizon, program.retention);
}

Micros SpanOf(const CompiledSequence& sequence) {
  Micros steps = 0;
  for (size_t i = 1; i < sequence.steps.size(); ++i) {
    const Micros within = sequence.steps[i].within;
    steps = within == 0 ? kLooksBackForEver : Further(steps, within);
    if (steps == kLooksBackForEver) break;
  }
  return sequence.all_within == 0 ? steps
                                  : std::min(steps, sequence.all_within);
}

// So many events decide (CompiledDid::enough).
uint32_t EnoughFor(const CompiledDid& did) {
  const bool is_count = did.aggregate == Aggregate::Kind::kTimes &&
                        did.which == Did::Which::kAny && !did.same.active &&
                        !did.in_one_session;
  if (!is_count) return kNoLimit;
  const CountRange counts = CountsThat(did.comparison);
  if (counts.first > counts.last) return 0;
  return counts.last == kNoLimit ? counts.first : counts.last + 1;
}

}  // namespace

Micros Further(Micros horizon, Micros micros) {
  Micros sum = 0;
  return __builtin_add_overflow(horizon, micros, &sum) ? kLooksBackForEver
                                                       : sum;
}

Micros HorizonOf(const CompiledWindow& window, const Program& program) {
  return WithinRetention(window.word ? HorizonOf(*window.word) : window.below,
                         program);
}

void SetHorizons(Program& program) {
  for (CompiledCondition& condition : program.conditions) {
    if (auto* did = std::get_if<CompiledDid>(&condition)) {
      did->enough = EnoughFor(*did);
      // To know the first event ever all have to be looked at.
      if (did->which != Did::Which::kFirst) {
        did->horizon = HorizonOf(did->window, program);
      }
    } else if (auto* sequence = std::get_if<CompiledSequence>(&condition)) {
      sequence->span = SpanOf(*sequence);
      // The last event of a choice lies in the window, the first one within the
      // span of it.
      sequence->horizon = WithinRetention(
          Further(HorizonOf(sequence->window, program), sequence->span),
          program);
    } else if (auto* on = std::get_if<CompiledOnRung>(&condition)) {
      on->horizon = HorizonOf(on->window, program);
    }
  }
}

}  // namespace audienced
