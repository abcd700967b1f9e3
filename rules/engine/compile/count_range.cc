#include "rules/engine/compile/count_range.h"

#include <algorithm>

namespace audienced {

CountRange CountsThat(const Comparison& comparison) {
  const auto below = [](Decimal bound) {  // the largest not above
    const int64_t whole = bound.millionths / Decimal::kScale;
    return bound.millionths < 0 && whole * Decimal::kScale != bound.millionths
               ? whole - 1
               : whole;
  };
  const auto above = [&](Decimal bound) {  // the smallest not below
    return -below({-bound.millionths});
  };
  int64_t first = 0;
  int64_t last = kNoLimit;
  switch (comparison.kind) {
    case Comparison::Kind::kExactly:
      first = above(comparison.bound);
      last = below(comparison.bound);
      break;
    case Comparison::Kind::kAtLeast:
      first = above(comparison.bound);
      break;
    case Comparison::Kind::kAtMost:
      last = below(comparison.bound);
      break;
    case Comparison::Kind::kAbove:
      first = below(comparison.bound) + 1;
      break;
    case Comparison::Kind::kBelow:
      last = above(comparison.bound) - 1;
      break;
    case Comparison::Kind::kBetween:
      first = above(comparison.bound);
      last = below(comparison.upper);
      break;
  }
  if (last < 0 || first > kNoLimit) return {1, 0};  // none
  return {static_cast<uint32_t>(std::max<int64_t>(first, 0)),
          static_cast<uint32_t>(std::min<int64_t>(last, kNoLimit))};
}

}  // namespace audienced
