#include "rules/engine/glance/sequence_glance.h"

#include <algorithm>

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
  for (uint32_t place = count_.Newest(sequence_.steps.back().filter.number);
       place != EventCount::kNone; place = count_.entry(place).older) {
    const Instant last = count_.entry(place).time;
    if (sequence_.window.below != kLooksBackForEver &&
        t_.micros - last.micros >= sequence_.window.below) {
      return false;
    }
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

// Where nothing that came behind the newest event speaks against it, nothing
// does for its values, of each of which it is the last.
std::optional<bool> SequenceGlance::HoldsForSomeValue() {
  const uint32_t filter = sequence_.steps.front().filter.number;
  const uint32_t place = count_.Newest(filter);
  if (place == EventCount::kNone) return false;
  const EventCount::Entry& newest = count_.entry(place);
  if (EndOf(newest.time) != End::kServes ||
      selection_.Expiry(newest.time) <= t_) {
    return std::nullopt;
  }
  for (const auto& [value, class_id] :
       selection_.ValuesOf(sequence_.same, newest.event)) {
    if (selection_.projection().Means(class_id, filter)) return true;
  }
  return std::nullopt;
}

SequenceGlance::End SequenceGlance::EndOf(Instant time) {
  End end = End::kServes;
  for (const CompiledSequence::Ending& ending : sequence_.endings) {
    Instant against = Instant::Forever();  // the first behind `time`
    for (uint32_t place = count_.Newest(ending.filter.number);
         place != EventCount::kNone && count_.entry(place).time >= time;
         place = count_.entry(place).older) {
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
  Instant first = last;
  for (size_t step = sequence_.steps.size() - 1; step-- > 0;) {
    const std::optional<Instant> before =
        NewestBefore(sequence_.steps[step].filter.number, first);
    if (!before || *before == Instant::Never()) return before;
    first = *before;
  }
  const bool is_within = sequence_.all_within == 0 ||
                         last.micros - first.micros < sequence_.all_within;
  return is_within && selection_.Expiry(first) > t_ ? first : Instant::Never();
}

std::optional<Instant> SequenceGlance::NewestBefore(uint32_t filter,
                                                    Instant time) {
  for (uint32_t place = count_.Newest(filter); place != EventCount::kNone;
       place = count_.entry(place).older) {
    if (--looks_left_ < 0) return std::nullopt;
    const Instant at = count_.entry(place).time;
    if (at == time) return std::nullopt;
    if (at < time) return at;
  }
  return Instant::Never();
}

}  // namespace audienced
