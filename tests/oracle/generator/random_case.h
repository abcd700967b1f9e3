#ifndef AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CASE_H_
#define AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CASE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "rules/history/event.h"
#include "tests/oracle/generator/random_rulebook.h"

namespace audienced::oracle {

// One rulebook and the events of one profile.
struct RandomCase {
  std::vector<RuleFile> rules;
  std::vector<Event> events;  // in the order of arrival
};

// The same case for the same seed, everywhere.
RandomCase CaseOf(uint64_t seed);

// The rule files and the events, ready to be made a rule test.
std::string Text(const RandomCase& random_case);

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_GENERATOR_RANDOM_CASE_H_
