#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CASE_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CASE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "rules/history/event.h"
#include "tests/oracle/generator/random_rulebook.h"

namespace audienced::oracle {

// One rulebook, the events of one profile, and how long an event counts.
struct RandomCase {
  std::vector<RuleFile> rules;
  std::vector<Event> events;  // in the order of arrival
  absl::Duration retention = absl::InfiniteDuration();
};

// The same case for the same seed, everywhere.
RandomCase CaseOf(uint64_t seed);
// That case with a retention.
RandomCase RetentionCaseOf(uint64_t seed);

// Its rules, and a longer history.
RandomCase LongCaseOf(uint64_t seed);

// The rule files and the events, ready to be made a rule test.
std::string Text(const RandomCase& random_case);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CASE_H_
