#ifndef AUDIENCED_TESTS_ORACLE_COMPARISON_H_
#define AUDIENCED_TESTS_ORACLE_COMPARISON_H_

#include <string>

#include "tests/oracle/generator/random_case.h"

namespace audienced::oracle {

struct Verdict {
  enum class Kind { kAgree, kDisagree, kRefused };
  Kind kind = Kind::kAgree;
  // Of kDisagree: the audience, the instant and both answers. Of kRefused: the
  // faults that the loader found in the rulebook.
  std::string text = {};
};

// Asks the engine and the oracle the same questions at every instant at which
// one of them may change its mind, and one microsecond before and after each;
// and whether the engine keeps what it announces (announcements.h).
Verdict Compare(const RandomCase& random_case);

// Asks the engine alone, about any number of events: whether what it says at a
// glance (glances.h), and from an instant on (resumptions.h), is what its
// timelines over all time say.
Verdict CompareWithItself(const RandomCase& random_case);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_COMPARISON_H_
