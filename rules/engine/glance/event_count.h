#ifndef AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_
#define AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "rules/engine/compile/screen.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// The events of one profile until one instant by what they are counted as: a
// list for each filter, the newest event first. One pass over the history makes
// all lists, and reads of an event its time and its class.
//
// All lists lie in one array, in the order of the pass; a filter's slot names
// the first of its list. A slot of an earlier profile is told by its turn, so
// that going to the next profile clears nothing.
class EventCount {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Entry {
    Instant time;
    uint32_t event = 0;
    uint32_t older = kNone;  // the next of the list
  };

  explicit EventCount(const Projection& projection)
      : projection_(projection),
        screen_(projection.rulebook().screen()),
        slots_(screen_.is_counted.size()) {}

  // Counts the events of `history` that occurred at `t` or before.
  void Count(const History& history, Instant t);

  // The newest event of `filter`, which is counted; kNone where there is none.
  uint32_t Newest(uint32_t filter) const {
    const Slot& slot = slots_[filter];
    return slot.turn == turn_ ? slot.newest : kNone;
  }
  const Entry& entry(uint32_t place) const { return entries_[place]; }

  // The filters that mean at least one of the events.
  absl::Span<const uint32_t> present() const { return present_; }

 private:
  void Add(uint32_t filter, Instant time, size_t event);

  struct Slot {
    uint64_t turn = 0;
    uint32_t newest = kNone;
    uint32_t oldest = kNone;
  };

  const Projection& projection_;
  const Screen& screen_;
  uint64_t turn_ = 0;
  std::vector<Slot> slots_;  // by filter
  std::vector<Entry> entries_;
  std::vector<uint32_t> present_;
};

inline void EventCount::Add(uint32_t filter, Instant time, size_t event) {
  const auto place = static_cast<uint32_t>(entries_.size());
  entries_.push_back({time, static_cast<uint32_t>(event)});
  Slot& slot = slots_[filter];
  if (slot.turn != turn_) {
    slot = {turn_, place, place};
    present_.push_back(filter);
    return;
  }
  entries_[slot.oldest].older = place;
  slot.oldest = place;
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_
