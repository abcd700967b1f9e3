#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_EVENT_SELECTION_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_EVENT_SELECTION_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "rules/engine/compile/program.h"
#include "rules/engine/project/projection.h"
#include "rules/engine/timeline/signal.h"
#include "rules/history/history.h"

namespace audienced {

// Answers which events of one history a filter means, and groups them: by the
// value of `same`, by session. Goes from history to history without giving its
// memory back. Borrows its arguments. Not thread-safe.
class EventSelection {
 public:
  // An event as it is read for one value of `same`.
  using Reading = std::pair<Cell, uint32_t>;  // the value and the class
  using Readings = absl::InlinedVector<Reading, 4>;

  explicit EventSelection(const Projection& projection);

  // Speaks of `history` from now on. What is computed from it has to be right
  // at `since` and later only; Never: at every instant.
  void TurnTo(const History& history, Instant since = Instant::Never());

  const Projection& projection() const { return projection_; }
  const Program& program() const { return program_; }
  const History& history() const { return *history_; }
  Instant since() const { return since_; }
  // From the first event on, without end.
  Interval universe() const {
    return {history_->first_time(), Instant::Forever()};
  }

  // Of an event of the history. Looked up in order and once for all conditions:
  // it is asked of the same events again and again.
  Instant time(size_t event) const { return Seen(event).time; }
  uint32_t class_id(size_t event) const { return Seen(event).class_id; }

  // An event at or before this is too old for a condition that looks back by
  // `horizon`; Never where none is.
  Instant TooOld(Micros horizon) const;
  // The first event after `time`.
  size_t FirstAfter(Instant time) const;
  // The first event that is not too old for it.
  size_t FirstEvent(Micros horizon) const;

  // While `event`, read as an event of `class_id`, is one that `filter` means:
  // from when it occurs until it is beyond retention. Later where another one
  // counts in its stead (`once_per`) until that is beyond retention. Empty
  // where it is never meant.
  Interval Counted(const EventFilter& filter, uint32_t class_id, size_t event);
  // The same, the event read as it is.
  Interval Counted(const EventFilter& filter, size_t event) {
    return Counted(filter, class_id(event), event);
  }
  // Whether `filter` means `event` from when it occurs.
  bool Selects(const EventFilter& filter, size_t event) {
    const Interval counted = Counted(filter, event);
    return !counted.empty() && counted.begin == time(event);
  }

  // From when on an event at `time` is beyond retention; Forever if never.
  Instant Expiry(Instant time) const {
    return program_.retention == 0 ? Instant::Forever()
                                   : Plus(time, program_.retention);
  }
  // What occurred at or before this is beyond retention at `t`; Never if
  // nothing is.
  Instant ExpiredAt(Instant t) const {
    return program_.retention == 0 ? Instant::Never()
                                   : Plus(t, -program_.retention);
  }

  // The values that `event` has for `grouping`, each with the class of the
  // event as it is read for that value. Empty where it has none. Without a
  // grouping: one, kAbsent, with the class of the event.
  Readings ValuesOf(const Grouping& grouping, size_t event) const;

  // The items of `event` that are looked at when it is read for `value`.
  // Appends them to `items`.
  void AppendItems(const Grouping& grouping, Cell value, size_t event,
                   std::vector<size_t>& items) const;
  // Calls `visit` with each of them.
  template <typename Visit>
  void ForEachItem(const Grouping& grouping, Cell value, size_t event,
                   Visit visit) const {
    for (size_t item = history_->item_begin(event);
         item < history_->item_end(event); ++item) {
      if (!grouping.of_item ||
          history_->item_cell(item, grouping.column) == value) {
        visit(item);
      }
    }
  }

  // A number that tells the session of `event` from the others of the profile.
  int64_t SessionOf(size_t event);

 private:
  struct SeenEvent {
    Instant time;
    uint32_t class_id = 0;
  };

  const SeenEvent& Seen(size_t event) const {
    if (event < seen_from_) SeeFrom(event);
    return seen_[event];
  }
  void SeeFrom(size_t event) const;

  Instant CountsOnceFrom(uint32_t once, size_t event);
  std::vector<Instant> CountedFrom(const OnceFilter& once);

  const Projection& projection_;
  const Program& program_;
  const History* history_ = nullptr;
  Instant since_ = Instant::Never();
  mutable std::vector<SeenEvent> seen_;  // by event, from seen_from_ on
  mutable size_t seen_from_ = 0;
  std::vector<int64_t> sessions_;  // made when first asked for
  // By once filter and event: from when it counts; Forever if it never does.
  // Made when first asked for.
  std::vector<std::vector<Instant>> counted_once_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_EVENT_SELECTION_H_
