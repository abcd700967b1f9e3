#ifndef AUDIENCED_TESTS_ORACLE_CONDITIONS_H_
#define AUDIENCED_TESTS_ORACLE_CONDITIONS_H_

#include <set>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "rules/history/instant.h"
#include "rules/language/model.h"
#include "tests/oracle/facts.h"

// Section 3 of the language, literally: what a condition says of the events at
// or before an instant. Not before the first event: there is no profile yet.

namespace audienced::oracle {

// A condition at one instant: whether it holds and, if so, its evidence.
struct Answer {
  bool holds = false;
  std::set<size_t> events = {};
  std::set<std::pair<size_t, size_t>> items = {};  // event, place within it
  std::set<std::string> values = {};               // of `same`

  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer AskDid(const Facts& facts, const Did& did, absl::TimeZone zone,
              Instant t);
Answer AskSequence(const Facts& facts, const Sequence& sequence,
                   absl::TimeZone zone, Instant t);
bool IsOnRung(const Facts& facts, const OnRung& asked, absl::TimeZone zone,
              Instant t);
bool HasTrait(const Facts& facts, const PropertyTest& test, Instant t);
bool Granted(const Facts& facts, const std::string& purpose, Instant t);
double ScoreAt(const Facts& facts, const Score& score, Instant t);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_CONDITIONS_H_
