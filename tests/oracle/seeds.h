#ifndef AUDIENCED_TESTS_ORACLE_SEEDS_H_
#define AUDIENCED_TESTS_ORACLE_SEEDS_H_

#include <cstdint>

namespace audienced::oracle {

struct Seeds {
  uint64_t from = 1;
  uint64_t to = 1;  // included
};

// What AUDIENCED_SEEDS asks for: `from:to`, or a single number; else `usual`.
// Ends the program where it asks for something else.
Seeds SeedsToRun(const Seeds& usual);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_SEEDS_H_
