#include "rules/history/open_events.h"

#include <algorithm>
#include <utility>

#include "rules/history/columns.h"
#include "rules/history/history.h"

namespace audienced {
namespace {

void InsertAllAt(std::vector<Cell>& column, size_t index, const Cells& values) {
  column.insert(column.begin() + static_cast<ptrdiff_t>(index), values.begin(),
                values.end());
}

template <typename T>
void DropFirstOf(std::vector<T>& column, size_t count) {
  column.erase(column.begin(), column.begin() + static_cast<ptrdiff_t>(count));
}

}  // namespace

void OpenEvents::Insert(const ProjectedEvent& event) {
  // Almost always at the end: events come in about the order they occur.
  size_t index = size();
  while (index > 0 && order(index - 1) > OrderOf(event)) --index;
  if (index == size()) {
    Add(event);
    return;
  }
  const size_t items =
      item_columns_ == 0 ? 0 : event.item_cells.size() / item_columns_;
  const size_t first_item = item_starts_[index];
  InsertAllAt(cells_, index * event_columns_, event.cells);
  InsertAllAt(item_cells_, first_item * item_columns_, event.item_cells);
  InsertAt(item_starts_, index, static_cast<uint32_t>(first_item));
  for (size_t i = index + 1; i < item_starts_.size(); ++i) {
    item_starts_[i] += static_cast<uint32_t>(items);
  }
  item_count_ += items;
  InsertAt(times_, index, event.time);
  InsertAt(class_ids_, index, event.class_id);
  InsertAt(digests_, index, event.digest);
  InsertAt(event_ids_, index, event.event_id);
  id_bytes_ += OutsideBytes(event.event_id);
}

void OpenEvents::Add(const ProjectedEvent& event) {
  AddUnnamed(event.time, event.class_id, event.digest, event.cells,
             event.item_cells);
  Name(size() - 1, event.event_id);
}

void OpenEvents::AddUnnamed(Instant time, uint32_t class_id, uint64_t digest,
                            absl::Span<const Cell> cells,
                            absl::Span<const Cell> item_cells) {
  times_.push_back(time);
  class_ids_.push_back(class_id);
  digests_.push_back(digest);
  event_ids_.emplace_back();
  cells_.insert(cells_.end(), cells.begin(), cells.end());
  item_starts_.push_back(static_cast<uint32_t>(item_count_));
  if (item_columns_ > 0) item_count_ += item_cells.size() / item_columns_;
  item_cells_.insert(item_cells_.end(), item_cells.begin(), item_cells.end());
}

void OpenEvents::Clear() {
  id_bytes_ = 0;
  item_count_ = 0;
  times_.clear();
  class_ids_.clear();
  digests_.clear();
  event_ids_.clear();
  item_starts_.clear();
  cells_.clear();
  item_cells_.clear();
}

void OpenEvents::Name(size_t event, std::string event_id) {
  id_bytes_ += OutsideBytes(event_id);
  event_ids_[event] = std::move(event_id);
}

void OpenEvents::DropFirst(size_t count) {
  if (count == 0) return;
  const size_t items = item_end(count - 1);
  for (size_t i = 0; i < count; ++i) id_bytes_ -= OutsideBytes(event_ids_[i]);
  DropFirstOf(cells_, count * event_columns_);
  DropFirstOf(item_cells_, items * item_columns_);
  DropFirstOf(item_starts_, count);
  for (uint32_t& start : item_starts_) start -= static_cast<uint32_t>(items);
  item_count_ -= items;
  DropFirstOf(times_, count);
  DropFirstOf(class_ids_, count);
  DropFirstOf(digests_, count);
  DropFirstOf(event_ids_, count);
}

size_t OpenEvents::bytes() const {
  return sizeof(OpenEvents) + id_bytes_ + BytesOf(times_) +
         BytesOf(class_ids_) + BytesOf(digests_) + BytesOf(event_ids_) +
         BytesOf(item_starts_) + BytesOf(cells_) + BytesOf(item_cells_);
}

ClassMarks OpenEvents::class_marks() const {
  ClassMarks marks = 0;
  for (const uint32_t class_id : class_ids_) marks |= MarkOfClass(class_id);
  return marks;
}

bool OpenEvents::Contains(uint64_t digest) const {
  return std::find(digests_.begin(), digests_.end(), digest) != digests_.end();
}

}  // namespace audienced
