#ifndef AUDIENCED_RULES_SCENARIO_SCENARIO_RUNNER_H_
#define AUDIENCED_RULES_SCENARIO_SCENARIO_RUNNER_H_

#include <memory>
#include <string>
#include <vector>

#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/scenario/scenario.h"

namespace audienced {

// One thing that a test expected otherwise.
struct TestFailure {
  // The name of the test.
  std::string test;
  // Of the expectation: its audience, its change, or the test itself.
  Place place;
  // The instant as RFC 3339; empty where the expectation names none.
  std::string instant;
  // What was looked at: "audience 'cart-abandoners'", "changes".
  std::string subject;
  std::string expected;
  std::string got;
  // Why each profile that is in or out against the expectation is so; one text
  // a profile, as RenderExplanation() says it.
  std::vector<std::string> reasons;
};

// Runs one test in virtual time, as a daemon would live it: a step at every
// receipt and at every instant that an evaluation announced. At each step the
// profiles that were touched or are due are evaluated and their changes are
// recorded. Every expectation is compared with the timeline and with what was
// published, so live and recomputed membership cannot differ unseen.
//
// `test` names only audiences of `rulebook` (CheckScenario). Empty result: the
// test passed. Thread-safe: keeps nothing.
std::vector<TestFailure> RunTest(
    const ScenarioTest& test,
    const std::shared_ptr<const CompiledRulebook>& rulebook);

// A failure as text for people, several lines, ending with a newline.
std::string RenderFailure(const TestFailure& failure);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_SCENARIO_RUNNER_H_
