#ifndef AUDIENCED_RULES_HISTORY_HISTORY_H_
#define AUDIENCED_RULES_HISTORY_HISTORY_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "rules/history/instant.h"
#include "rules/history/value.h"

namespace audienced {

// One stored fact of an event or an item: the id of a text in a dictionary, or
// the millionths of a number. What a cell means is said by the schema that the
// history was made for (engine/projection.h).
using Cell = int64_t;
inline constexpr Cell kAbsent = INT64_MIN;

struct TraitChange {
  Instant time;
  std::string name;
  Value value;
};

struct ConsentChange {
  Instant time;
  uint32_t purpose = 0;  // index into the rulebook's purposes
  bool granted = false;
};

// An event reduced to what the rules of one rulebook can ask of it.
struct ProjectedEvent {
  Instant time;
  uint64_t digest = 0;           // of origin and event_id: tells duplicates
  std::string event_id;          // orders events of one instant
  uint32_t class_id = 0;         // which selectors it satisfies
  std::vector<Cell> cells;       // one each event column of the schema
  std::vector<Cell> item_cells;  // one each item and item column, by item
  std::vector<TraitChange> traits;
  std::vector<ConsentChange> consents;
};

// The history of one profile in memory: its events in the order of (time,
// event_id as text), as columns. A value: copies are independent. Thread-safe
// to read while nobody writes.
//
// Does not judge duplicates by itself; ask Contains() first.
class History {
 public:
  // `event_columns` and `item_columns` are the widths of the schema.
  History(size_t event_columns, size_t item_columns)
      : event_columns_(event_columns), item_columns_(item_columns) {}

  void Insert(ProjectedEvent event);

  // Takes over only the traits and consents of `event`: they outlive it.
  void InsertRemnant(ProjectedEvent event);

  // The profile is known since `time`, if not longer.
  void ExtendTo(Instant time) { known_since_ = std::min(known_since_, time); }

  // Drops the events that occurred before `time`. What they said of traits and
  // consents stays, and since when the profile is known.
  void ForgetBefore(Instant time);

  // The history has all events from this instant on; Never where it has all.
  Instant whole_since() const { return whole_since_; }

  // The events of both, which are of the same schema and have none in common.
  static History Union(const History& left, const History& right);

  // Whether an event is in both.
  static bool Intersect(const History& left, const History& right);

  // Whether an event with this digest is in the history.
  bool Contains(uint64_t digest) const;

  // What the columns take in memory, about.
  size_t bytes() const;

  // Number of events. They are numbered from 0 in order.
  size_t size() const { return times_.size(); }
  bool empty() const { return times_.empty(); }

  // The instant of the first event that there ever was; Forever when there was
  // none.
  Instant first_time() const {
    return times_.empty() ? known_since_
                          : std::min(known_since_, times_.front());
  }
  Instant time(size_t event) const { return times_[event]; }
  absl::Span<const Instant> times() const { return times_; }
  uint32_t class_id(size_t event) const { return class_ids_[event]; }
  const std::string& event_id(size_t event) const { return event_ids_[event]; }
  uint64_t digest(size_t event) const { return digests_[event]; }
  Cell cell(size_t event, size_t column) const {
    return cells_[event * event_columns_ + column];
  }

  // The items of `event` are [item_begin, item_end), numbered through the
  // history. The numbers change when an event is inserted before.
  size_t item_begin(size_t event) const { return item_starts_[event]; }
  size_t item_end(size_t event) const {
    return event + 1 < item_starts_.size() ? item_starts_[event + 1]
                                           : item_count();
  }
  size_t item_count() const {
    return item_columns_ == 0 ? 0 : item_cells_.size() / item_columns_;
  }
  Cell item_cell(size_t item, size_t column) const {
    return item_cells_[item * item_columns_ + column];
  }

  // In the order in which they came to hold: by time, at one time by event_id;
  // of consents at one instant `denied` is the later.
  const std::vector<TraitChange>& traits() const { return traits_; }
  const std::vector<ConsentChange>& consents() const { return consents_; }

 private:
  void InsertTraits(std::vector<TraitChange> changes,
                    const std::string& event_id);
  void InsertConsents(const std::vector<ConsentChange>& changes);
  // Adds an event of `other`, behind all that are here; without what it says of
  // traits and consents.
  void Append(const History& other, size_t event);

  size_t event_columns_;
  size_t item_columns_;
  size_t text_bytes_ = 0;  // of event ids and traits, beside the columns
  Instant known_since_ = Instant::Forever();
  Instant whole_since_ = Instant::Never();
  std::vector<Instant> times_;
  std::vector<uint32_t> class_ids_;
  std::vector<uint64_t> digests_;
  std::vector<std::string> event_ids_;
  std::vector<uint32_t> item_starts_;
  std::vector<Cell> cells_;
  std::vector<Cell> item_cells_;
  std::vector<TraitChange> traits_;
  std::vector<std::string> trait_event_ids_;  // beside traits_
  std::vector<ConsentChange> consents_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_HISTORY_H_
