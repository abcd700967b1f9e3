#ifndef AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_
#define AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "rules/engine/compile/screen.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// The events of one profile until one instant by what they are counted as
// (Screen::counting): a list for each filter, the newest event first. One pass
// over the history makes all lists, and notes on its way what the events speak
// for. The pass goes on only when something is asked that it has not come to.
//
// It goes by portions: of all events of one it reads the classes, picks those
// that a filter means for which more events can be of use at this age
// (Screen::Stage), and counts these. A filter that has enough is marked, as is
// one that has spoken for all that it can: so less is picked, and the pass ends
// when nothing is left that an event could speak for.
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

  // Demands on a filter, Screen::demands [first, last), for which it has enough
  // events: they are met where the horizon is beyond the age of the last one.
  struct Spoken {
    uint32_t first = 0;
    uint32_t last = 0;
    Micros age = 0;
  };

  explicit EventCount(const Projection& projection);

  // Goes to the events of `history`, which is borrowed, that occurred at `t` or
  // before. None is read yet.
  void TurnTo(const History& history, Instant t);

  // The newest event of `filter`. Where none is younger than `below`, an older
  // one or kNone.
  uint32_t Newest(uint32_t filter, Micros below) {
    if (!Has(filter) && unread_ > 0) ReadFor(filter, below);
    return Has(filter) ? slots_[filter].newest : kNone;
  }
  // The one before `place`, which is of `filter`, in the same way.
  uint32_t Older(uint32_t filter, uint32_t place, Micros below) {
    if (entries_[place].older == kNone && unread_ > 0) ReadFor(filter, below);
    return entries_[place].older;
  }
  // Whether the history may have events of `filter`, roughly.
  bool MayHave(uint32_t filter) const {
    return (slots_[filter].mark & present_) != 0;
  }
  const Entry& entry(uint32_t place) const { return entries_[place]; }
  Micros AgeOf(uint32_t place) const { return AgeOf(entries_[place].time); }

  // Reads until it is known for which audiences something speaks
  // (Screen::demands), and tells it. Valid until more is asked.
  absl::Span<const Spoken> FindSpoken();

 private:
  using FilterMarks = Screen::FilterMarks;

  struct Slot {
    FilterMarks mark = 0;  // Screen::Counting::mark
    uint64_t turn = 0;
    uint32_t newest = kNone;
    uint32_t oldest = kNone;  // of those that were read
    uint32_t count = 0;
    // The next demands that more events meet: Screen::demands_by_times.
    uint32_t demands = 0;
    uint32_t telling = 0;  // Tell() is to be called at this count
  };

  // What is known of a class.
  struct Class {
    // The counted ones that mean it (Projection::CountedFiltersOf).
    absl::Span<const uint32_t> filters;
    // The longest of what it opens; absent: it opens nothing.
    std::optional<Micros> span;
  };

  // Reads until `filter` has one more event or, younger than `below`, cannot
  // have.
  void ReadFor(uint32_t filter, Micros below);
  // Whether events that are not read yet may speak for an audience.
  bool MaySpeak();
  // Reads on, and counts what is young enough.
  void ReadPortion();
  // The filters that an event can be counted for that is as old as `age`, which
  // is of count_stage_.
  FilterMarks OpenAt(Micros age) const {
    const FilterMarks steps = age < steps_until_ ? screen_.step_marks : 0;
    return (count_stage_->marks | steps) & ~full_;
  }
  void Count(uint32_t class_id, Instant time, uint32_t event);
  void Add(uint32_t filter, Instant time, uint32_t event);
  // Takes note of what the count of `filter` says, whose last event is as old
  // as `age`.
  void Tell(uint32_t filter, Micros age);
  void Open(const Class& of_class, Instant time, uint32_t last);
  void CountStepsBeside(Instant time, uint32_t last);
  bool Has(uint32_t filter) const { return slots_[filter].turn == turn_; }
  // Not at `time` itself: that one may be a step of the sequence.
  bool HasBehind(uint32_t filter, Instant time) const {
    return Has(filter) && entries_[slots_[filter].newest].time > time;
  }
  Micros AgeOf(Instant time) const { return t_.micros - time.micros; }
  void LearnClasses();

  const Projection& projection_;
  const Screen& screen_;
  std::vector<Class> classes_;      // by number
  std::vector<FilterMarks> marks_;  // by class, of its filters

  const History* history_ = nullptr;
  Instant t_;
  uint64_t turn_ = 0;
  size_t unread_ = 0;       // events, the first ones
  Micros age_ = 0;          // no unread one is younger
  Micros steps_until_ = 0;  // steps that are not as old are counted
  const Screen::Stage* count_stage_ = nullptr;   // of age_ or less
  const Screen::Stage* demand_stage_ = nullptr;  // of age_ or less
  FilterMarks present_ = 0;     // those that the history may have events of
  FilterMarks full_ = 0;        // those that no more events are counted for
  FilterMarks spoken_out_ = 0;  // those that more events speak for nothing for

  EventPortion portion_;  // of ReadPortion() alone: its memory is of use

  std::vector<Slot> slots_;  // by filter
  std::vector<Entry> entries_;
  std::vector<Spoken> spoken_;  // by what was read
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_GLANCE_EVENT_COUNT_H_
