#ifndef AUDIENCED_RULES_HISTORY_HISTORY_TIMES_H_
#define AUDIENCED_RULES_HISTORY_HISTORY_TIMES_H_

#include <cstddef>
#include <iterator>

#include "rules/history/instant.h"

namespace audienced {

class History;

// The instants of a history's events as a sorted range. Borrows the history,
// which packs them: each look is worked out, so keep what is asked twice.
class HistoryTimes {
 public:
  HistoryTimes(const History& history, size_t size)
      : history_(&history), size_(size) {}

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  Instant operator[](size_t event) const;

  class Iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = Instant;
    using difference_type = ptrdiff_t;
    using pointer = const Instant*;
    using reference = Instant;

    Iterator() = default;
    Iterator(const HistoryTimes& times, size_t event)
        : history_(times.history_), event_(event) {}

    Instant operator*() const { return HistoryTimes(*history_, 0)[event_]; }
    Instant operator[](ptrdiff_t offset) const { return *(*this + offset); }
    Iterator& operator+=(ptrdiff_t offset) {
      event_ += static_cast<size_t>(offset);
      return *this;
    }
    Iterator& operator-=(ptrdiff_t offset) { return *this += -offset; }
    Iterator& operator++() { return *this += 1; }
    Iterator& operator--() { return *this += -1; }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    Iterator operator--(int) {
      const Iterator before = *this;
      --*this;
      return before;
    }
    friend Iterator operator+(Iterator it, ptrdiff_t offset) {
      return it += offset;
    }
    friend Iterator operator+(ptrdiff_t offset, Iterator it) {
      return it += offset;
    }
    friend Iterator operator-(Iterator it, ptrdiff_t offset) {
      return it -= offset;
    }
    friend ptrdiff_t operator-(const Iterator& left, const Iterator& right) {
      return static_cast<ptrdiff_t>(left.event_) -
             static_cast<ptrdiff_t>(right.event_);
    }
    // Of one history.
    friend bool operator==(const Iterator& left, const Iterator& right) {
      return left.event_ == right.event_;
    }
    friend auto operator<=>(const Iterator& left, const Iterator& right) {
      return left.event_ <=> right.event_;
    }

   private:
    const History* history_ = nullptr;
    size_t event_ = 0;
  };

  Iterator begin() const { return Iterator(*this, 0); }
  Iterator end() const { return Iterator(*this, size_); }

 private:
  const History* history_;
  size_t size_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_HISTORY_TIMES_H_
