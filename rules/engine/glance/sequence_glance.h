#ifndef AUDIENCED_RULES_ENGINE_GLANCE_SEQUENCE_GLANCE_H_
#define AUDIENCED_RULES_ENGINE_GLANCE_SEQUENCE_GLANCE_H_

#include <optional>

#include "rules/engine/glance/event_count.h"
#include "rules/engine/timeline/event_selection.h"

namespace audienced {

// Whether SequenceGlance can say anything of `sequence`: it looks back from now
// in a plain window, its steps may lie as far apart as they like or as one span
// allows, nothing must be absent between them, and no event counts once in
// place of others.
bool IsReadable(const CompiledSequence& sequence);

// Tells whether a readable sequence is satisfied at one instant from the
// counted events, where they say so plainly: the newest ones nearly always do.
// Where they do not (events at one instant, values that were seen on both
// sides, more events than a few) nothing is told, and the timeline has to be
// asked.
class SequenceGlance {
 public:
  // All events of the sequence that matter at `t` are counted in `count`.
  // Borrows its arguments.
  SequenceGlance(const CompiledSequence& sequence, EventCount& count,
                 EventSelection& selection, Instant t)
      : sequence_(sequence), count_(count), selection_(selection), t_(t) {}

  std::optional<bool> Holds();

 private:
  // What the `did_not` steps at the end say of a choice that ends at `time`.
  enum class End { kServes, kWaits, kFails, kFailsForAllBefore, kUnclear };

  std::optional<bool> HoldsForSomeValue();
  // Whether an ending came behind `time` for `value`, too.
  std::optional<bool> IsEnded(Cell value, Instant time);
  End EndOf(Instant time);
  // The latest first event of the choices that end at `last`; Never where there
  // is none. Absent: unclear.
  std::optional<Instant> FirstOf(Instant last);
  // The newest event of `filter` before `time` that is younger than `below`;
  // absent: unclear.
  std::optional<Instant> NewestBefore(uint32_t filter, Instant time,
                                      Micros below);

  const CompiledSequence& sequence_;
  EventCount& count_;
  EventSelection& selection_;
  const Instant t_;
  int looks_left_ = 64;  // at events; to say nothing is cheaper then
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_GLANCE_SEQUENCE_GLANCE_H_
