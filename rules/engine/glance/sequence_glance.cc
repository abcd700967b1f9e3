#include "rules/engine/glance/sequence_glance.h"

#include <algorithm>

#include "rules/engine/compile/horizon.h"

namespace audienced {

bool IsReadable(const CompiledSequence& sequence) {
  const CompiledWindow& window = sequence.window;
  const bool is_plain_window = !window.word && window.at_least == 0 &&
                               window.from == Instant::Never() &&
                               window.until == Instant::Forever();
  const auto is_plain_step = [](const CompiledSequence::DidStep& step) {
    return step.within == 0 && step.absent.empty();
  };
  const auto has_once = [](const EventFilter& filter) {
    return filter.has_once;
  };
  return is_plain_window &&
         std::all_of(sequence.steps.begin(), sequence.steps.end(),
                     is_plain_step) &&
         std::none_of(sequence.filters.begin(), sequence.filters.end(),
                      has_once) &&
         (!sequence.same.active ||
          (sequence.steps.size() == 1 && sequence.is_seen_whole));
}

std::optional<bool> SequenceGlance::Holds() {
  if (sequence_.same.active) return HoldsForSomeValue();
  const uint32_t filter = sequence_.steps.back().filter.number;
  const Micros below = sequence_.window.below;
  for (uint32_t place = count_.Newest(filter, below);
       place != EventCount::kNone && count_.AgeOf(place) < below;
       place = count_.Older(filter, place, below)) {
    const Instant last = count_.entry(place).time;
    if (--looks_left_ < 0) return std::nullopt;
    const End end = EndOf(last);
    if (end == End::kUnclear) return std::nullopt;
    if (end == End::kFailsForAllBefore) return false;
    if (end != End::kServes && sequence_.anchor != Sequence::Anchor::kLast) {
      continue;
    }
    const std::optional<Instant> first = FirstOf(last);
    if (!first) return std::nullopt;
    // With `anchor: last` the last choice decides.
    if (*first != Instant::Never()) return end == End::kServes;
  }
  return false;
}

// Where nothing at all came behind an event that speaks against it, nothing did
// for its values.
std::optional<bool> SequenceGlance::HoldsForSomeValue() {
  const bool waits = std::any_of(
      sequence_.endings.begin(), sequence_.endings.end(),
      [](const auto& ending) { return ending.within || ending.wait > 0; });
  const uint32_t filter = sequence_.steps.front().filter.number;
  const Micros below = sequence_.window.below;
  for (uint32_t place = count_.Newest(filter, below);
       place != EventCount::kNone && count_.AgeOf(place) < below;
       place = count_.Older(filter, place, below)) {
    const Instant last = count_.entry(place).time;
    if (selection_.Expiry(last) <= t_) return false;
    if (--looks_left_ < 0) return std::nullopt;
    const End end = EndOf(last);
    if (end != End::kServes && (end == End::kUnclear || waits)) {
      return std::nullopt;
    }
    for (const auto& [value, class_id] :
         selection_.ValuesOf(sequence_.same, count_.entry(place).event)) {
      if (!selection_.projection().Means(class_id, filter)) continue;
      if (end == End::kServes) return true;
      const std::optional<bool> is_ended = IsEnded(value, last);
      if (!is_ended || !*is_ended) return is_ended ? true : is_ended;
    }
  }
  return false;
}

std::optional<bool> SequenceGlance::IsEnded(Cell value, Instant time) {
  const Micros below = t_.micros - time.micros + 1;  // at `time` or later
  for (const CompiledSequence::Ending& ending : sequence_.endings) {
    const uint32_t filter = ending.filter.number;
    for (uint32_t place = count_.Newest(filter, below);
         place != EventCount::kNone && count_.AgeOf(place) < below;
         place = count_.Older(filter, place, below)) {
      if (--looks_left_ < 0 || count_.entry(place).time == time) {
        return std::nullopt;
      }
      const EventSelection::Readings readings =
          selection_.ValuesOf(sequence_.same, count_.entry(place).event);
      if (readings.empty()) return true;  // against every value
      for (const auto& [other, class_id] : readings) {
        if (other == value && selection_.projection().Means(class_id, filter)) {
          return true;
        }
      }
    }
  }
  return false;
}

SequenceGlance::End SequenceGlance::EndOf(Instant time) {
  End end = End::kServes;
  const Micros below = t_.micros - time.micros + 1;  // at `time` or later
  for (const CompiledSequence::Ending& ending : sequence_.endings) {
    Instant against = Instant::Forever();  // the first behind `time`
    const uint32_t filter = ending.filter.number;
    for (uint32_t place = count_.Newest(filter, below);
         place != EventCount::kNone && count_.AgeOf(place) < below;
         place = count_.Older(filter, place, below)) {
      if (--looks_left_ < 0) return End::kUnclear;
      against = count_.entry(place).time;
      if (against == time) return End::kUnclear;
      if (!ending.within) return End::kFailsForAllBefore;
    }
    const Instant waited = Plus(time, ending.wait);
    if (ending.within && against < waited) {
      end = End::kFails;
    } else if (waited > t_ && end == End::kServes) {
      end = End::kWaits;
    }
  }
  return end;
}

// For each step the newest event before that of the next one: no other choice
// begins later.
std::optional<Instant> SequenceGlance::FirstOf(Instant last) {
  const Micros below = Further(t_.micros - last.micros, sequence_.span);
  Instant first = last;
  for (size_t step = sequence_.steps.size() - 1; step-- > 0;) {
    const std::optional<Instant> before =
        NewestBefore(sequence_.steps[step].filter.number, first, below);
    if (!before || *before == Instant::Never()) return before;
    first = *before;
  }
  const bool is_within = sequence_.all_within == 0 ||
                         last.micros - first.micros < sequence_.all_within;
  return is_within && selection_.Expiry(first) > t_ ? first : Instant::Never();
}

std::optional<Instant> SequenceGlance::NewestBefore(uint32_t filter,
                                                    Instant time,
                                                    Micros below) {
  for (uint32_t place = count_.Newest(filter, below);
       place != EventCount::kNone; place = count_.Older(filter, place, below)) {
    if (--looks_left_ < 0) return std::nullopt;
    const Instant at = count_.entry(place).time;
    if (at == time) return std::nullopt;
    if (at < time) return at;
  }
  return Instant::Never();
}

}  // namespace audienced
