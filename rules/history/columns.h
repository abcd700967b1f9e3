#ifndef AUDIENCED_RULES_HISTORY_COLUMNS_H_
#define AUDIENCED_RULES_HISTORY_COLUMNS_H_

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

// Columns of events as vectors: to put a value into one, and what one takes in
// memory.

namespace audienced {

template <typename T>
void InsertAt(std::vector<T>& column, size_t index, T value) {
  column.insert(column.begin() + static_cast<ptrdiff_t>(index),
                std::move(value));
}

// What of a text lies outside of its object.
inline size_t OutsideBytes(const std::string& text) {
  return text.size() < sizeof(std::string) / 2 ? 0 : text.size() + 1;
}

// Without what the values have outside of themselves.
template <typename T>
size_t BytesOf(const std::vector<T>& column) {
  return column.capacity() * sizeof(T);
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_COLUMNS_H_
