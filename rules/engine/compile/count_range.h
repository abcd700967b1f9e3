#ifndef AUDIENCED_RULES_ENGINE_COMPILE_COUNT_RANGE_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_COUNT_RANGE_H_

#include <cstdint>
#include <limits>

#include "rules/language/model.h"

namespace audienced {

// So many and more.
inline constexpr uint32_t kNoLimit = std::numeric_limits<uint32_t>::max();

// Some of the numbers of events: [first, last].
struct CountRange {
  uint32_t first = 0;
  uint32_t last = kNoLimit;
};

// The whole numbers from 0 that compare so. Empty (first > last) where none
// does.
CountRange CountsThat(const Comparison& comparison);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_COUNT_RANGE_H_
