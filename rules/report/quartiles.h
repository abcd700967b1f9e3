#ifndef AUDIENCED_RULES_REPORT_QUARTILES_H_
#define AUDIENCED_RULES_REPORT_QUARTILES_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace audienced {

// What lengths of time are like: of n in order, a quantile q is number
// ceil(q n). Zero where there are none.
struct Quartiles {
  absl::Duration first;
  absl::Duration median;
  absl::Duration third;
};

// Of so many microseconds, in any order.
Quartiles QuartilesOf(std::vector<int64_t> lengths);

}  // namespace audienced

#endif  // AUDIENCED_RULES_REPORT_QUARTILES_H_
