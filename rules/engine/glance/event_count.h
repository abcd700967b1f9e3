#ifndef AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_
#define AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/engine/compile/screen.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// The events of one profile until one instant by what they are counted as
// (Screen::counting): a list for each filter, the newest event first. One pass
// over the history makes all lists, and reads of an event its class and, where
// it is young enough to be counted, its time. The pass goes on only when
// something is asked that it has not come to.
//
// Steps of a sequence are counted only where they can be steps: before a last
// one, as far as the sequence spans. All that can be chosen is there then.
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
    uint32_t older = kNone;  // the next of the list, of what was read
  };

  explicit EventCount(const Projection& projection)
      : projection_(projection),
        counting_(projection.rulebook().screen().counting),
        slots_(counting_.size()) {}

  // Goes to the events of `history`, which is borrowed, that occurred at `t` or
  // before. None is read yet.
  void TurnTo(const History& history, Instant t);

  // The newest event of `filter`. Where none is younger than `below`, an older
  // one or kNone.
  uint32_t Newest(uint32_t filter, Micros below) {
    if (slots_[filter].turn != turn_) ReadFor(filter, below);
    return slots_[filter].turn == turn_ ? slots_[filter].newest : kNone;
  }
  // The one before `place`, which is of `filter`, in the same way.
  uint32_t Older(uint32_t filter, uint32_t place, Micros below) {
    if (entries_[place].older == kNone) ReadFor(filter, below);
    return entries_[place].older;
  }
  const Entry& entry(uint32_t place) const { return entries_[place]; }
  Micros AgeOf(uint32_t place) const {
    return t_.micros - entries_[place].time.micros;
  }

  // Reads until every filter that speaks for an audience (Screen::demands) has
  // its newest event, if it has one that is young enough. Returns the filters
  // that have one; to ask for more can add others.
  const std::vector<uint32_t>& FindDemanded();

 private:
  struct Slot {
    uint64_t turn = 0;
    uint32_t newest = kNone;
    uint32_t oldest = kNone;  // of those that were read
    uint32_t count = 0;
  };

  // What is known of a class.
  struct Class {
    const Projection::CountedFilters* counted = nullptr;
    // The longest of what it opens; absent: it opens nothing.
    std::optional<Micros> span;
    // Where an event of it was counted: the longest horizon of the filters that
    // have not enough yet.
    uint64_t turn = 0;
    Micros horizon = 0;
  };

  // Reads until `filter` has one more event or, younger than `below`, cannot
  // have.
  void ReadFor(uint32_t filter, Micros below);
  // Reads until `is_enough(class_id)` of an event whose time was read.
  template <typename IsEnough>
  void ReadUntil(IsEnough is_enough);
  void Count(Class& of_class, Instant time, size_t event);
  void Add(uint32_t filter, Instant time, size_t event);
  void Open(const Class& of_class, size_t event, Instant time);
  void CountStepsBeside(size_t event, Instant time);
  bool Has(uint32_t filter) const { return slots_[filter].turn == turn_; }
  Class& ClassOf(uint32_t class_id) {
    if (class_id >= classes_.size()) Learn(class_id);
    return classes_[class_id];
  }
  void Learn(uint32_t class_id);

  const Projection& projection_;
  const std::vector<Screen::Counting>& counting_;
  std::vector<Class> classes_;  // those that were met, and all before them

  const History* history_ = nullptr;
  Instant t_;
  uint64_t turn_ = 0;
  size_t unread_ = 0;        // events, the first ones
  Micros age_ = 0;           // of the last one whose time was read
  Micros steps_until_ = 0;   // steps that are not as old are counted
  std::vector<Slot> slots_;  // by filter
  std::vector<Entry> entries_;
  std::vector<uint32_t> present_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_
