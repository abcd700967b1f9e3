#ifndef AUDIENCED_TESTS_ORACLE_CROSSINGS_H_
#define AUDIENCED_TESTS_ORACLE_CROSSINGS_H_

#include <set>

#include "rules/history/instant.h"
#include "rules/language/model.h"
#include "tests/oracle/oracle.h"

namespace audienced::oracle {

// Where scores fall through their bounds for one profile. The language has such
// an instant exact to a millisecond only, so engine and oracle may differ near
// it.
class Crossings {
 public:
  // Asks `oracle` for the timelines of all audiences of `rulebook`.
  Crossings(const Rulebook& rulebook, Oracle& oracle);

  // Whether `t` is near a crossing, or near what waited for one.
  bool AreNear(Instant t) const;

 private:
  std::set<Instant> instants_;
};

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_CROSSINGS_H_
