#ifndef AUDIENCED_EXAMPLES_SHOP_RANDOM_H_
#define AUDIENCED_EXAMPLES_SHOP_RANDOM_H_

#include <cstdint>

namespace audienced::shop {

// A small generator of our own, because those of the standard library draw
// differently from one implementation to the next, and the same seed must give
// the same shop everywhere (the steps are those of splitmix64).
class Random {
 public:
  // One independent row of numbers for each `stream` of a seed.
  Random(uint64_t seed, uint64_t stream)
      : state_(Mix(seed) ^ Mix(stream + 0x9e3779b97f4a7c15)) {}

  uint64_t Next() { return Mix(state_ += 0x9e3779b97f4a7c15); }

  // 0 to `end`, `end` not included; `end` must be above 0.
  uint64_t Below(uint64_t end) { return Next() % end; }

  // `first` to `last`, both included.
  int64_t Between(int64_t first, int64_t last) {
    return first +
           static_cast<int64_t>(Below(static_cast<uint64_t>(last - first) + 1));
  }

  // True in `percent` of 100 draws.
  bool Chance(int percent) {
    return Below(100) < static_cast<uint64_t>(percent);
  }

 private:
  static uint64_t Mix(uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
  }

  uint64_t state_;
};

}  // namespace audienced::shop

#endif  // AUDIENCED_EXAMPLES_SHOP_RANDOM_H_
