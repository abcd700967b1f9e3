#ifndef AUDIENCED_RULES_HISTORY_EVENT_PORTION_H_
#define AUDIENCED_RULES_HISTORY_EVENT_PORTION_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "rules/history/instant.h"

namespace audienced {

// A few events of a history, and of these the ones that are wanted side by
// side, the newest first: what is read by who passes over all
// (History::ReadNewest). So many at once that most histories are one portion,
// and that unpacking is done without asking after each whether another one is
// wanted.
struct EventPortion {
  static constexpr size_t kLimit = 64;

  size_t passed = 0;                    // events, wanted or not
  Instant oldest;                       // the time of the last of these
  size_t count = 0;                     // of the wanted ones
  std::array<uint32_t, kLimit> places;  // how many were passed before
  std::array<uint32_t, kLimit> class_ids;
  std::array<Instant, kLimit> times;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_EVENT_PORTION_H_
