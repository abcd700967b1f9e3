#ifndef AUDIENCED_RULES_HISTORY_OPEN_EVENTS_H_
#define AUDIENCED_RULES_HISTORY_OPEN_EVENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "rules/history/cell.h"
#include "rules/history/event_order.h"
#include "rules/history/event_portion.h"
#include "rules/history/instant.h"

namespace audienced {

struct ProjectedEvent;

// Events in their order (EventOrder), as plain columns: quick to
// add to, and about ten times as large as they are packed (packed_events.h). A
// value. Items are numbered through all events.
class OpenEvents {
 public:
  OpenEvents(size_t event_columns, size_t item_columns)
      : event_columns_(event_columns), item_columns_(item_columns) {}

  size_t event_columns() const { return event_columns_; }
  size_t item_columns() const { return item_columns_; }

  // Where its order puts it. Ids that are not known come before all others.
  void Insert(const ProjectedEvent& event);

  // Adds an event behind all that are here, whose order is the caller's then.
  void Add(const ProjectedEvent& event);
  // The same without its id.
  void AddUnnamed(Instant time, uint32_t class_id, uint64_t digest,
                  absl::Span<const Cell> cells,
                  absl::Span<const Cell> item_cells);
  // The same with an event of `from`, which are any kind of events.
  template <typename Events>
  void Append(const Events& from, size_t event);

  void SetCell(size_t event, size_t column, Cell cell) {
    cells_[event * event_columns_ + column] = cell;
  }

  // Says the id of an event that had none.
  void Name(size_t event, std::string event_id);

  void DropFirst(size_t count);
  // Drops all, and keeps the memory for others.
  void Clear();

  size_t bytes() const;
  size_t size() const { return times_.size(); }
  bool empty() const { return times_.empty(); }
  Instant time(size_t event) const { return times_[event]; }
  uint32_t class_id(size_t event) const { return class_ids_[event]; }
  uint64_t digest(size_t event) const { return digests_[event]; }
  // Empty where it is not known.
  const std::string& event_id(size_t event) const { return event_ids_[event]; }
  EventOrder order(size_t event) const {
    return {times_[event], event_ids_[event], digests_[event]};
  }
  Cell cell(size_t event, size_t column) const {
    return cells_[event * event_columns_ + column];
  }
  size_t item_begin(size_t event) const { return item_starts_[event]; }
  size_t item_end(size_t event) const {
    return event + 1 < item_starts_.size() ? item_starts_[event + 1]
                                           : item_count_;
  }
  size_t item_count() const { return item_count_; }
  Cell item_cell(size_t item, size_t column) const {
    return item_cells_[item * item_columns_ + column];
  }

  ClassMarks class_marks() const;
  bool Contains(uint64_t digest) const;

  // As History::ReadNewest(), of the first `end` events here.
  template <typename Wants>
  void ReadNewest(size_t end, Wants wants, EventPortion& into) const;

 private:
  size_t event_columns_;
  size_t item_columns_;
  size_t item_count_ = 0;
  size_t id_bytes_ = 0;  // of event ids, outside of their objects
  std::vector<Instant> times_;
  std::vector<uint32_t> class_ids_;
  std::vector<uint64_t> digests_;
  std::vector<std::string> event_ids_;
  std::vector<uint32_t> item_starts_;
  std::vector<Cell> cells_;       // by event
  std::vector<Cell> item_cells_;  // by item
};

template <typename Wants>
void OpenEvents::ReadNewest(size_t end, Wants wants, EventPortion& into) const {
  const size_t passed = std::min(end, EventPortion::kLimit);
  size_t count = 0;
  for (size_t i = 0; i < passed; ++i) {
    const size_t event = end - 1 - i;
    into.places[count] = static_cast<uint32_t>(i);
    into.class_ids[count] = class_ids_[event];
    into.times[count] = times_[event];
    count += wants(class_ids_[event]);
  }
  into.passed = passed;
  into.oldest = times_[end - passed];
  into.count = count;
}

template <typename Events>
void OpenEvents::Append(const Events& from, size_t event) {
  times_.push_back(from.time(event));
  class_ids_.push_back(from.class_id(event));
  digests_.push_back(from.digest(event));
  event_ids_.emplace_back();
  for (size_t column = 0; column < event_columns_; ++column) {
    cells_.push_back(from.cell(event, column));
  }
  item_starts_.push_back(static_cast<uint32_t>(item_count_));
  for (size_t item = from.item_begin(event); item < from.item_end(event);
       ++item) {
    ++item_count_;
    for (size_t column = 0; column < item_columns_; ++column) {
      item_cells_.push_back(from.item_cell(item, column));
    }
  }
  Name(size() - 1, std::string(from.event_id(event)));
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_OPEN_EVENTS_H_
