#ifndef AUDIENCED_RULES_HISTORY_CELL_H_
#define AUDIENCED_RULES_HISTORY_CELL_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"

namespace audienced {

// One stored fact of an event or an item: the id of a text in a dictionary, or
// the millionths of a number. What a cell means is said by the schema that the
// history was made for (engine/project/projection.h).
using Cell = int64_t;
inline constexpr Cell kAbsent = INT64_MIN;

// The cells of one event, or of its items one behind the other: mostly few.
using Cells = absl::InlinedVector<Cell, 4>;

// Which classes are among some events, roughly: bit `class % 16` of each. A bit
// that is not set says for sure that none of its classes is there.
using ClassMarks = uint16_t;
inline constexpr int kClassMarkCount = 16;
constexpr ClassMarks MarkOfClass(uint32_t class_id) {
  return static_cast<ClassMarks>(1U << (class_id % kClassMarkCount));
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_CELL_H_
