#ifndef AUDIENCED_RULES_ENGINE_PROJECT_ARRAY_BLOCKS_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_ARRAY_BLOCKS_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace audienced {

// Room for very many short arrays of plain values, a block for many at once.
// They never move, also where this is moved, and go together. One that was
// moved from is only to be assigned to. Not thread-safe.
template <typename T>
class ArrayBlocks {
 public:
  // An array of `count` values that are not set.
  T* Take(size_t count) {
    if (count > left_) {
      left_ = std::max(count, kBlockBytes / sizeof(T));
      blocks_.push_back(std::make_unique_for_overwrite<T[]>(left_));
      next_ = blocks_.back().get();
    }
    left_ -= count;
    return std::exchange(next_, next_ + count);
  }

 private:
  static constexpr size_t kBlockBytes = 1 << 18;

  std::vector<std::unique_ptr<T[]>> blocks_;
  T* next_ = nullptr;  // in the last block
  size_t left_ = 0;    // from there on
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_ARRAY_BLOCKS_H_
