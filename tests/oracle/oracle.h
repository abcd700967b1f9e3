#ifndef AUDIENCED_TESTS_ORACLE_ORACLE_H_
#define AUDIENCED_TESTS_ORACLE_ORACLE_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/history/instant.h"
#include "tests/oracle/conditions.h"
#include "tests/oracle/facts.h"

namespace audienced::oracle {

// The value of a signal from each instant on to the next; false before all.
using Timeline = std::map<Instant, bool>;

// What section 5 of the language makes of one audience.
struct Timelines {
  Timeline who;
  Timeline match;   // step 1
  Timeline signal;  // steps 1 to 5
};

// The slow, obvious reading of the rule language, sentence by sentence, for one
// profile. Shares nothing with the engine but the model and the values. Leaves
// out `sample`, which is a hash. The rulebook is free of errors and outlives
// the oracle.
class Oracle {
 public:
  // `events` in any order, without duplicates. Each counts for less than
  // `retention`.
  Oracle(const Rulebook& rulebook, std::vector<Event> events,
         absl::Duration retention = absl::InfiniteDuration())
      : rulebook_(rulebook),
        facts_(rulebook, std::move(events)),
        retention_(retention) {}

  // By asking at every instant at which anything can change.
  // False before `known_from()`.
  Timeline TimelineOf(const Condition& condition, std::string_view time_zone);
  const Timelines& TimelinesOf(const Audience& audience);
  bool Holds(const Audience& audience, Instant t);  // steps 1 to 6
  // Of `who`; during `stay` that of the last instant of the match.
  Answer EvidenceAt(const Audience& audience, Instant t);
  // The instant of the first event; Forever where there is none.
  Instant known_from() const {
    return facts_.size() == 0 ? Instant::Forever() : facts_.TimeOf(0);
  }
  // Where a score may fall through a bound, as far as doubles tell; complete
  // when all timelines were asked for.
  const std::set<Instant>& score_crossings() const { return crossings_; }

 private:
  // The facts of the events that count at `t`; `gone` others come before.
  const Facts& KeptAt(Instant t, size_t& gone);
  double ScoreAt(const Score& score, Instant t);
  Answer Ask(const Condition& condition, absl::TimeZone zone, Instant t);
  void AddInstants(const Condition& condition, absl::TimeZone zone,
                   std::set<Instant>& instants);

  const Rulebook& rulebook_;
  const Facts facts_;
  const absl::Duration retention_;
  std::map<size_t, Facts> kept_;                // by how many are gone
  std::map<std::string, Timelines> timelines_;  // by name of audience
  std::set<Instant> crossings_;
};

bool At(const Timeline& timeline, Instant t);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_ORACLE_H_
