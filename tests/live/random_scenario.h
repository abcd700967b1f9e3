#ifndef AUDIENCED_TESTS_LIVE_RANDOM_SCENARIO_H_
#define AUDIENCED_TESTS_LIVE_RANDOM_SCENARIO_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rules/scenario/scenario.h"
#include "rules/source/source_file.h"

namespace audienced {

// A random rulebook and what a few profiles do under it: some events become
// known late, some are sent twice under one event_id, some profiles turn out to
// be one person.
struct RandomScenario {
  std::vector<SourceFile> rules;
  ScenarioTest test;  // without expectations
  // How long events count; not shorter than any span of the rules.
  absl::Duration retention = absl::InfiniteDuration();
};

// The same for the same seed, everywhere.
RandomScenario ScenarioOf(uint64_t seed);

// The rule files and the test, as rule tests are written.
std::string Text(const RandomScenario& scenario);

// What is known at `t`, by the words of the language alone: the events of each
// profile that no merge has absorbed, of copies the one received first. What
// was received when it counted no more is there for its traits and consents.
std::map<std::string, std::vector<Event>> KnownAt(const ScenarioTest& test,
                                                  absl::Duration retention,
                                                  absl::Time t);

}  // namespace audienced

#endif  // AUDIENCED_TESTS_LIVE_RANDOM_SCENARIO_H_
