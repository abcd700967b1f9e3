#include "rules/history/history.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace audienced {
namespace {

template <typename T>
void InsertAt(std::vector<T>& column, size_t index, T value) {
  column.insert(column.begin() + static_cast<ptrdiff_t>(index),
                std::move(value));
}

// Also gives back their memory.
template <typename T>
void DropFirst(std::vector<T>& column, size_t count) {
  column.erase(column.begin(), column.begin() + static_cast<ptrdiff_t>(count));
  column.shrink_to_fit();
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

  InsertTraits(std::move(event.traits), event.event_id);
  InsertConsents(event.consents);
  InsertAt(times_, index, event.time);
  InsertAt(class_ids_, index, event.class_id);
  InsertAt(digests_, index, event.digest);
  text_bytes_ += OutsideBytes(event.event_id);
  InsertAt(event_ids_, index, std::move(event.event_id));
}

void History::InsertRemnant(ProjectedEvent event) {
  InsertTraits(std::move(event.traits), event.event_id);
  InsertConsents(event.consents);
}

void History::InsertTraits(std::vector<TraitChange> changes,
                           const std::string& event_id) {
  for (TraitChange& change : changes) {
    size_t at = traits_.size();
    while (at > 0 && std::tie(traits_[at - 1].time, trait_event_ids_[at - 1]) >
                         std::tie(change.time, event_id)) {
      --at;
    }
    text_bytes_ += OutsideBytes(change.name) + OutsideBytes(event_id);
    InsertAt(traits_, at, std::move(change));
    InsertAt(trait_event_ids_, at, event_id);
  }
}

void History::InsertConsents(const std::vector<ConsentChange>& changes) {
  for (const ConsentChange& change : changes) {
    // At one instant a denial stands behind a grant, and so is the later.
    const auto later = [&](const ConsentChange& other) {
      return std::make_pair(other.time, !other.granted) >
             std::make_pair(change.time, !change.granted);
    };
    size_t at = consents_.size();
    while (at > 0 && later(consents_[at - 1])) --at;
    InsertAt(consents_, at, change);
  }
}

void History::ForgetBefore(Instant time) {
  whole_since_ = std::max(whole_since_, time);
  const auto gone = static_cast<size_t>(
      std::lower_bound(times_.begin(), times_.end(), time) - times_.begin());
  if (gone == 0) return;
  known_since_ = first_time();
  const size_t gone_items = item_end(gone - 1);
  for (size_t i = 0; i < gone; ++i) {
    text_bytes_ -= OutsideBytes(event_ids_[i]);
  }
  DropFirst(cells_, gone * event_columns_);
  DropFirst(item_cells_, gone_items * item_columns_);
  DropFirst(item_starts_, gone);
  for (uint32_t& start : item_starts_) {
    start -= static_cast<uint32_t>(gone_items);
  }
  DropFirst(times_, gone);
  DropFirst(class_ids_, gone);
  DropFirst(digests_, gone);
  DropFirst(event_ids_, gone);
}

bool History::Contains(uint64_t digest) const {
  return std::find(digests_.begin(), digests_.end(), digest) != digests_.end();
}

bool History::Intersect(const History& left, const History& right) {
  const History& fewer = left.size() < right.size() ? left : right;
  const History& more = left.size() < right.size() ? right : left;
  const absl::flat_hash_set<uint64_t> known(fewer.digests_.begin(),
                                            fewer.digests_.end());
  return std::any_of(more.digests_.begin(), more.digests_.end(),
                     [&](uint64_t digest) { return known.contains(digest); });
}

void History::Append(const History& other, size_t event) {
  const auto cells = other.cells_.begin() +
                     static_cast<ptrdiff_t>(event * other.event_columns_);
  cells_.insert(cells_.end(), cells,
                cells + static_cast<ptrdiff_t>(other.event_columns_));
  item_starts_.push_back(static_cast<uint32_t>(item_count()));
  const auto column = [&](size_t item) {
    return other.item_cells_.begin() +
           static_cast<ptrdiff_t>(item * other.item_columns_);
  };
  item_cells_.insert(item_cells_.end(), column(other.item_begin(event)),
                     column(other.item_end(event)));
  times_.push_back(other.times_[event]);
  class_ids_.push_back(other.class_ids_[event]);
  digests_.push_back(other.digests_[event]);
  event_ids_.push_back(other.event_ids_[event]);
}

History History::Union(const History& left, const History& right) {
  History both(left.event_columns_, left.item_columns_);
  both.text_bytes_ = left.text_bytes_ + right.text_bytes_;
  both.known_since_ = std::min(left.known_since_, right.known_since_);
  both.whole_since_ = std::max(left.whole_since_, right.whole_since_);
  const auto key = [](const History& history, size_t event) {
    return std::tie(history.times_[event], history.event_ids_[event]);
  };
  size_t l = 0;
  size_t r = 0;
  while (l < left.size() || r < right.size()) {
    const bool from_left =
        r == right.size() || (l < left.size() && key(left, l) <= key(right, r));
    both.Append(from_left ? left : right, from_left ? l++ : r++);
  }
  const auto trait_key = [](const History& history, size_t trait) {
    return std::tie(history.traits_[trait].time,
                    history.trait_event_ids_[trait]);
  };
  for (l = r = 0; l < left.traits_.size() || r < right.traits_.size();) {
    const bool from_left =
        r == right.traits_.size() ||
        (l < left.traits_.size() && trait_key(left, l) <= trait_key(right, r));
    const History& from = from_left ? left : right;
    const size_t index = from_left ? l++ : r++;
    both.traits_.push_back(from.traits_[index]);
    both.trait_event_ids_.push_back(from.trait_event_ids_[index]);
  }
  std::merge(left.consents_.begin(), left.consents_.end(),
             right.consents_.begin(), right.consents_.end(),
             std::back_inserter(both.consents_),
             [](const ConsentChange& one, const ConsentChange& other) {
               return std::make_pair(one.time, !one.granted) <
                      std::make_pair(other.time, !other.granted);
             });
  return both;
}

}  // namespace audienced
