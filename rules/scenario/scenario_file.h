#ifndef AUDIENCED_RULES_SCENARIO_SCENARIO_FILE_H_
#define AUDIENCED_RULES_SCENARIO_SCENARIO_FILE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/scenario/scenario.h"
#include "rules/scenario/scenario_runner.h"
#include "rules/source/diagnostic.h"
#include "rules/source/source_file.h"

namespace audienced {

// Answers with the rule file of that name, or null where there is none. The
// file lives until the caller of RunScenarioFiles() and the like has done.
using FindRuleFile = std::function<const SourceFile*(const std::string& name)>;

// A test file, ready to run with RunTest().
struct ScenarioFile {
  std::string name;
  Scenario scenario;
  // Null where the tests or their rules have errors: the tests cannot run.
  std::shared_ptr<const CompiledRulebook> rulebook;
};

// Reads a test file and the rules that it names. A name under `rules:` is
// relative to the folder of `file`, so that `shop.yaml` in
// `rules/shop.test.yaml` asks `find` for `rules/shop.yaml`. All faults of both
// go to `diagnostics`; the warnings of rules do not, for they are no matter of
// tests. Events count for less than `retention`, as where the rules are to run.
ScenarioFile LoadScenarioFile(
    const SourceFile& file, const FindRuleFile& find, Diagnostics& diagnostics,
    absl::Duration retention = absl::InfiniteDuration());

// What one test came to.
struct TestOutcome {
  std::string file;
  std::string test;
  std::vector<TestFailure> failures;  // none: it passed
};

struct ScenarioOutcome {
  // Of the tests that could be run, in the order of the files.
  std::vector<TestOutcome> tests;
  // Faults of test files and of the rules that they name, each once, sorted.
  Diagnostics diagnostics;

  bool passed() const;
  int failed_tests() const;
};

// Runs all tests of all `test_files`. The names under `rules:` are looked up
// among `rule_files`. A file with errors is told and passed over, the others
// run. Pure and thread-safe.
ScenarioOutcome RunScenarioFiles(
    absl::Span<const SourceFile> test_files,
    absl::Span<const SourceFile> rule_files,
    absl::Duration retention = absl::InfiniteDuration());

}  // namespace audienced

#endif  // AUDIENCED_RULES_SCENARIO_SCENARIO_FILE_H_
