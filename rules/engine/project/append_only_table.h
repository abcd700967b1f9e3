#ifndef AUDIENCED_RULES_ENGINE_PROJECT_APPEND_ONLY_TABLE_H_
#define AUDIENCED_RULES_ENGINE_PROJECT_APPEND_ONLY_TABLE_H_

#include <array>
#include <atomic>
#include <bit>
#include <cstdint>
#include <memory>
#include <utility>

namespace audienced {

// A table that only grows and whose elements never move, so that readers need
// no lock. Append() must be serialised by its callers; operator[] may run
// beside it for every index whose Append() happened before, in the sense of the
// memory model (the index was handed over through a lock or an atomic), and for
// those below a size() that was read.
template <typename T>
class AppendOnlyTable {
 public:
  AppendOnlyTable() = default;
  ~AppendOnlyTable() {
    for (std::atomic<T*>& chunk : chunks_) delete[] chunk.load();
  }
  AppendOnlyTable(const AppendOnlyTable&) = delete;
  AppendOnlyTable& operator=(const AppendOnlyTable&) = delete;

  // The index of the new element.
  uint32_t Append(T value) {
    const uint32_t index = size_.load(std::memory_order_relaxed);
    const auto [chunk, offset] = Locate(index);
    T* elements = chunks_[chunk].load(std::memory_order_relaxed);
    if (elements == nullptr) {
      elements = new T[size_t{1} << chunk]();
      chunks_[chunk].store(elements, std::memory_order_release);
    }
    elements[offset] = std::move(value);
    size_.store(index + 1, std::memory_order_release);
    return index;
  }

  const T& operator[](uint32_t index) const {
    const auto [chunk, offset] = Locate(index);
    return chunks_[chunk].load(std::memory_order_acquire)[offset];
  }

  uint32_t size() const { return size_.load(std::memory_order_acquire); }

 private:
  // Chunk k holds the 2^k elements from index 2^k - 1 on.
  static std::pair<int, uint64_t> Locate(uint32_t index) {
    const uint64_t position = uint64_t{index} + 1;
    const int chunk = std::bit_width(position) - 1;
    return {chunk, position - (uint64_t{1} << chunk)};
  }

  std::array<std::atomic<T*>, 33> chunks_{};
  std::atomic<uint32_t> size_ = 0;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_PROJECT_APPEND_ONLY_TABLE_H_
