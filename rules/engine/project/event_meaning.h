#ifndef AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANING_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANING_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/types/span.h"
#include "rules/engine/project/array_blocks.h"
#include "rules/history/history.h"

namespace audienced {

// What a projection made of an event, apart from which one it is and what it
// states of its profile: very many have the same. As small as a pointer, and
// borrows from the store that it was put into.
class EventMeaning {
 public:
  EventMeaning() = default;  // to be assigned to

  uint32_t class_id() const { return static_cast<uint32_t>(values_[kClass]); }
  absl::Span<const Cell> cells() const {
    return {values_ + kHead, static_cast<size_t>(values_[kCells])};
  }
  absl::Span<const Cell> item_cells() const {
    return {values_ + kHead + values_[kCells],
            static_cast<size_t>(values_[kItemCells])};
  }

  // Brings it near, for who asks soon.
  void Prefetch() const { __builtin_prefetch(values_); }

  // Whether they are one, not whether they say the same.
  friend bool operator==(EventMeaning, EventMeaning) = default;
  template <typename H>
  friend H AbslHashValue(H state, EventMeaning meaning) {
    return H::combine(std::move(state), meaning.values_);
  }

 private:
  friend class MeaningStore;

  // The class, how many cells there are of both kinds, and these.
  enum : size_t { kClass, kCells, kItemCells, kHead };

  explicit EventMeaning(const Cell* values) : values_(values) {}

  const Cell* values_ = nullptr;
};

// Holds what events mean, until it goes. Not thread-safe; what was put into it
// may be read beside that.
class MeaningStore {
 public:
  EventMeaning Put(const ProjectedEvent& event) {
    const size_t count =
        EventMeaning::kHead + event.cells.size() + event.item_cells.size();
    Cell* const values = blocks_.Take(count);
    values[EventMeaning::kClass] = event.class_id;
    values[EventMeaning::kCells] = static_cast<Cell>(event.cells.size());
    values[EventMeaning::kItemCells] =
        static_cast<Cell>(event.item_cells.size());
    std::copy(event.item_cells.begin(), event.item_cells.end(),
              std::copy(event.cells.begin(), event.cells.end(),
                        values + EventMeaning::kHead));
    return EventMeaning(values);
  }

 private:
  ArrayBlocks<Cell> blocks_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_EVENT_MEANING_H_
