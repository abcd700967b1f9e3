#ifndef AUDIENCED_RULES_HISTORY_EVENT_PORTION_H_
#define AUDIENCED_RULES_HISTORY_EVENT_PORTION_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "rules/history/instant.h"

namespace audienced {

// A few events of a history side by side, the newest first: what is read of
// them by who passes over all (History::ReadNewest). So many at once that most
// histories are one portion, and that unpacking is done without asking after
// each whether another one is wanted.
struct EventPortion {
  static constexpr size_t kLimit = 16;

  size_t count = 0;
  std::array<Instant, kLimit> times;
  std::array<uint32_t, kLimit> class_ids;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_EVENT_PORTION_H_
