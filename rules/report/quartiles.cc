#include "rules/report/quartiles.h"

#include <algorithm>

namespace audienced {
namespace {

// Number ceil(quarters / 4 * n) of the sorted lengths.
absl::Duration Quartile(const std::vector<int64_t>& sorted, size_t quarters) {
  if (sorted.empty()) return absl::ZeroDuration();
  const size_t number = (quarters * sorted.size() + 3) / 4;
  return absl::Microseconds(sorted[number - 1]);
}

}  // namespace

Quartiles QuartilesOf(std::vector<int64_t> lengths) {
  std::sort(lengths.begin(), lengths.end());
  return {Quartile(lengths, 1), Quartile(lengths, 2), Quartile(lengths, 3)};
}

}  // namespace audienced
