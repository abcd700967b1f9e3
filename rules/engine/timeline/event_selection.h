#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_EVENT_SELECTION_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_EVENT_SELECTION_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "rules/engine/compile/program.h"
#include "rules/engine/project/projection.h"
#include "rules/engine/timeline/signal.h"
#include "rules/history/history.h"

namespace audienced {

// Answers which events of one history a filter means, and groups them: by the
// value of `same`, by session. Borrows its arguments. Not thread-safe.
class EventSelection {
 public:
  EventSelection(const Projection& projection, const History& history);

  const Projection& projection() const { return projection_; }
  const Program& program() const { return projection_.rulebook().program(); }
  const History& history() const { return history_; }
  // From the first event on, without end.
  Interval universe() const {
    return {history_.first_time(), Instant::Forever()};
  }

  // While `event`, read as an event of `class_id`, is one that `filter` means:
  // from when it occurs until it is beyond retention. Later where another one
  // counts in its stead (`once_per`) until that is beyond retention. Empty
  // where it is never meant.
  Interval Counted(const EventFilter& filter, uint32_t class_id, size_t event);
  // The same, the event read as it is.
  Interval Counted(const EventFilter& filter, size_t event) {
    return Counted(filter, history_.class_id(event), event);
  }
  // Whether `filter` means `event` from when it occurs.
  bool Selects(const EventFilter& filter, size_t event) {
    const Interval counted = Counted(filter, event);
    return !counted.empty() && counted.begin == history_.time(event);
  }

  // From when on an event at `time` is beyond retention; Forever if never.
  Instant Expiry(Instant time) const {
    return program().retention == 0 ? Instant::Forever()
                                    : Plus(time, program().retention);
  }
  // What occurred at or before this is beyond retention at `t`; Never if
  // nothing is.
  Instant ExpiredAt(Instant t) const {
    return program().retention == 0 ? Instant::Never()
                                    : Plus(t, -program().retention);
  }

  // The values that `event` has for `grouping`, each with the class of the
  // event as it is read for that value. Empty where it has none. Without a
  // grouping: one, kAbsent, with the class of the event.
  std::vector<std::pair<Cell, uint32_t>> ValuesOf(const Grouping& grouping,
                                                  size_t event) const;

  // The items of `event` that are looked at when it is read for `value`.
  // Appends them to `items`.
  void AppendItems(const Grouping& grouping, Cell value, size_t event,
                   std::vector<size_t>& items) const;

  // A number that tells the session of `event` from the others of the profile.
  int64_t SessionOf(size_t event);

 private:
  Instant CountsOnceFrom(uint32_t once, size_t event);
  std::vector<Instant> CountedFrom(const OnceFilter& once);

  const Projection& projection_;
  const History& history_;
  std::vector<int64_t> sessions_;  // made when first asked for
  // By once filter and event: from when it counts; Forever if it never does.
  // Made when first asked for.
  std::vector<std::vector<Instant>> counted_once_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_EVENT_SELECTION_H_
