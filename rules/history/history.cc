#include "rules/history/history.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

namespace audienced {
namespace {

template <typename T>
void InsertAt(std::vector<T>& column, size_t index, T value) {
  column.insert(column.begin() + static_cast<ptrdiff_t>(index),
                std::move(value));
}

// What of a text lies outside of its object.
size_t OutsideBytes(const std::string& text) {
  return text.size() < sizeof(std::string) / 2 ? 0 : text.size() + 1;
}

template <typename T>
size_t BytesOf(const std::vector<T>& column) {
  return column.capacity() * sizeof(T);
}

}  // namespace

size_t History::bytes() const {
  return sizeof(History) + text_bytes_ + BytesOf(times_) + BytesOf(class_ids_) +
         BytesOf(digests_) + BytesOf(event_ids_) + BytesOf(item_starts_) +
         BytesOf(cells_) + BytesOf(item_cells_) + BytesOf(traits_) +
         BytesOf(trait_event_ids_) + BytesOf(consents_);
}

void History::Insert(ProjectedEvent event) {
  // Almost always at the end: events come in about the order they occur.
  size_t index = times_.size();
  while (index > 0 && std::tie(times_[index - 1], event_ids_[index - 1]) >
                          std::tie(event.time, event.event_id)) {
    --index;
  }
  const size_t item_total =
      item_columns_ == 0 ? 0 : event.item_cells.size() / item_columns_;
  const size_t first_item =
      index < times_.size() ? item_starts_[index] : item_count();

  cells_.insert(cells_.begin() + static_cast<ptrdiff_t>(index * event_columns_),
                event.cells.begin(), event.cells.end());
  item_cells_.insert(
      item_cells_.begin() + static_cast<ptrdiff_t>(first_item * item_columns_),
      event.item_cells.begin(), event.item_cells.end());
  InsertAt(item_starts_, index, static_cast<uint32_t>(first_item));
  for (size_t i = index + 1; i < item_starts_.size(); ++i) {
    item_starts_[i] += static_cast<uint32_t>(item_total);
  }

  for (TraitChange& change : event.traits) {
    size_t at = traits_.size();
    while (at > 0 && std::tie(traits_[at - 1].time, trait_event_ids_[at - 1]) >
                         std::tie(event.time, event.event_id)) {
      --at;
    }
    text_bytes_ += OutsideBytes(change.name) + OutsideBytes(event.event_id);
    InsertAt(traits_, at, std::move(change));
    InsertAt(trait_event_ids_, at, event.event_id);
  }
  for (ConsentChange& change : event.consents) {
    // At one instant a denial stands behind a grant, and so is the later.
    const auto later = [&](const ConsentChange& other) {
      return std::make_pair(other.time, !other.granted) >
             std::make_pair(change.time, !change.granted);
    };
    size_t at = consents_.size();
    while (at > 0 && later(consents_[at - 1])) --at;
    InsertAt(consents_, at, std::move(change));
  }

  InsertAt(times_, index, event.time);
  InsertAt(class_ids_, index, event.class_id);
  InsertAt(digests_, index, event.digest);
  text_bytes_ += OutsideBytes(event.event_id);
  InsertAt(event_ids_, index, std::move(event.event_id));
}

bool History::Contains(uint64_t digest) const {
  return std::find(digests_.begin(), digests_.end(), digest) != digests_.end();
}

}  // namespace audienced
