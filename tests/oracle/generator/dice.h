#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_DICE_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_DICE_H_

#include <cstdint>
#include <initializer_list>
#include <random>
#include <utility>
#include <vector>

namespace audienced::oracle {

// Random choices that depend on nothing but the seed: the same on every
// machine and with every standard library.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}

  // One of 0 to `count - 1`.
  int Below(int count) { return static_cast<int>(engine_() % count); }
  bool Chance(int percent) { return Below(100) < percent; }
  template <typename T>
  T Pick(std::initializer_list<T> values) {
    return values.begin()[Below(static_cast<int>(values.size()))];
  }
  const char* Word(std::initializer_list<const char*> words) {
    return Pick(words);
  }
  // One of the values, each as likely as its weight says.
  template <typename T>
  T Weighted(std::initializer_list<std::pair<int, T>> values) {
    int sum = 0;
    for (const auto& [weight, value] : values) sum += weight;
    int left = Below(sum);
    for (const auto& [weight, value] : values) {
      if (left < weight) return value;
      left -= weight;
    }
    return values.begin()->second;
  }
  template <typename T>
  void Shuffle(std::vector<T>& values) {
    for (size_t i = values.size(); i > 1; --i) {
      std::swap(values[i - 1], values[Below(static_cast<int>(i))]);
    }
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_DICE_H_
