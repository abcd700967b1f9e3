#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_HISTORY_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_HISTORY_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "rules/history/event.h"
#include "tests/oracle/generator/dice.h"

namespace audienced::oracle {

// The few instants and durations that a case is made of: `start` and whole
// numbers of `unit`, so that events, windows and waits meet at their edges.
struct Scale {
  absl::Time start;
  absl::Duration unit;
};

Scale RandomScale(Dice& dice);

// The events of one profile, in no order: few names, few items, few values,
// many at one instant.
std::vector<Event> RandomHistory(const Scale& scale, Dice& dice);
// The same, of more events than the oracle can be asked about.
std::vector<Event> LongRandomHistory(const Scale& scale, Dice& dice);

// The event of `profile` as a line of a rule test.
std::string EventLine(const Event& event, const std::string& profile = "ann");

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_HISTORY_H_
