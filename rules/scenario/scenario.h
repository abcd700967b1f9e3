#ifndef AUDIENCED_RULES_SCENARIO_SCENARIO_H_
#define AUDIENCED_RULES_SCENARIO_SCENARIO_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "rules/engine/membership.h"
#include "rules/history/event.h"
#include "rules/source/node.h"
#include "rules/source/position.h"

// What a `*.test.yaml` says, as data: the parser makes it, the runner runs it.
// Durations after `start` are resolved: every instant here is absolute.

namespace audienced {

// An event of a test under the name that the test gives its profile. The
// origin of its event is a constant of the parser; without an `event_id` the
// event is numbered by its place in the list.
struct ScenarioEvent {
  std::string profile;
  Event event;
  Place place;
};

// From `received_at` on, `profile` and `into` are one profile that goes by the
// name `into`.
struct ScenarioMerge {
  std::string profile;
  std::string into;
  absl::Time received_at;
  Place place;
};

struct ExpectedMember {
  std::string profile;
  // The item ids of the evidence, sorted; absent: evidence is not asked.
  std::optional<std::vector<std::string>> items;
};

// All members of one audience at one instant.
struct Expectation {
  absl::Time at;
  std::string audience;
  std::vector<ExpectedMember> members;  // sorted by profile
  Place place;                          // of the audience's name
};

// One line of `changes`. What the line does not name matches everything.
struct ExpectedChange {
  std::optional<absl::Time> at;
  std::optional<std::string> profile;
  std::optional<std::string> audience;
  std::optional<ChangeKind> kind;
  std::optional<Cause> cause;
  Place place;
};

// One element of `tests`.
struct ScenarioTest {
  std::string name;
  // What is learned, each list in the order of receipt; at one instant in the
  // order of the file.
  std::vector<ScenarioEvent> events;
  std::vector<ScenarioMerge> merges;
  std::vector<Expectation> expectations;  // in the order of the file
  // The whole list of changes; absent: changes are not asked.
  std::optional<std::vector<ExpectedChange>> changes;
  // The last instant that the test names; its end.
  absl::Time end = absl::InfinitePast();
  Place place;  // of the name
};

// A rule file as a test file names it: relative to itself.
struct RuleFileName {
  std::string name;
  Place place;
};

// One test file.
struct Scenario {
  // The rule files; or the rulebook inline.
  std::vector<RuleFileName> rule_files;
  std::optional<Node> rulebook;
  std::vector<ScenarioTest> tests;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_SCENARIO_H_
