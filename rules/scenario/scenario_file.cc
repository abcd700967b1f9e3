#include "rules/scenario/scenario_file.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "rules/language/load.h"
#include "rules/scenario/scenario_parser.h"
#include "rules/source/message.h"
#include "rules/source/node.h"

namespace audienced {
namespace {

// `name` as seen from the folder of `file`, without `.` and `..` in the middle.
std::string NameBeside(std::string_view file, std::string_view name) {
  const bool absolute = name.starts_with('/');
  std::vector<std::string_view> parts;
  const auto append = [&](std::string_view path) {
    while (!path.empty()) {
      const size_t slash = std::min(path.find('/'), path.size());
      const std::string_view part = path.substr(0, slash);
      path.remove_prefix(std::min(slash + 1, path.size()));
      if (part.empty() || part == ".") continue;
      if (part == ".." && !parts.empty() && parts.back() != "..") {
        parts.pop_back();
      } else {
        parts.push_back(part);
      }
    }
  };
  const size_t slash = file.rfind('/');
  if (!absolute && slash != std::string_view::npos)
    append(file.substr(0, slash));
  append(name);
  std::string path = absolute || file.starts_with('/') ? "/" : "";
  for (size_t i = 0; i < parts.size(); ++i) {
    path += Concat(i == 0 ? "" : "/", parts[i]);
  }
  return path;
}

// Adds the errors of `found` that `all` does not have.
void AddErrors(const Diagnostics& found, Diagnostics& all) {
  for (const Diagnostic& one : found.all()) {
    if (one.severity != Severity::kError) continue;
    const bool known = std::any_of(
        all.all().begin(), all.all().end(), [&](const Diagnostic& other) {
          return other.code == one.code && other.message == one.message &&
                 other.place.file == one.place.file &&
                 other.place.range.begin.line == one.place.range.begin.line &&
                 other.place.range.begin.column == one.place.range.begin.column;
        });
    if (known) continue;
    all.Add(one.code, one.place, one.message, one.within, one.help);
  }
}

Rulebook LoadRules(const SourceFile& file, const Scenario& scenario,
                   const FindRuleFile& find, absl::Duration retention,
                   Diagnostics& diagnostics) {
  if (scenario.rulebook.has_value()) {
    const std::vector<const Node*> documents = {&*scenario.rulebook};
    return LoadRulebook(documents, diagnostics, retention);
  }
  std::vector<SourceFile> rules;
  bool complete = true;
  for (const RuleFileName& wanted : scenario.rule_files) {
    const std::string name = NameBeside(file.name(), wanted.name);
    if (const SourceFile* found = find(name)) {
      rules.push_back(*found);
      continue;
    }
    complete = false;
    diagnostics.Add("unknown-file", wanted.place,
                    Concat("there is no rule file ", Quoted(name)), "",
                    "names under 'rules' are relative to the test file");
  }
  // Half of the rules would have faults that the whole has not.
  if (!complete) return {};
  return LoadRulebook(rules, diagnostics, retention);
}

}  // namespace

ScenarioFile LoadScenarioFile(const SourceFile& file, const FindRuleFile& find,
                              Diagnostics& diagnostics,
                              absl::Duration retention) {
  ScenarioFile loaded{file.name(), {}, nullptr};
  Diagnostics found;
  const std::optional<Node> document = ReadYaml(file, found);
  if (document) loaded.scenario = ParseScenario(*document, found);
  if (document && (loaded.scenario.rulebook.has_value() ||
                   !loaded.scenario.rule_files.empty())) {
    Diagnostics of_rules;
    Rulebook rulebook =
        LoadRules(file, loaded.scenario, find, retention, of_rules);
    if (!of_rules.has_errors()) {
      CheckScenario(loaded.scenario, rulebook, found);
      if (!found.has_errors()) {
        loaded.rulebook =
            CompiledRulebook::Compile(std::move(rulebook), retention);
      }
    }
    AddErrors(of_rules, diagnostics);
  }
  AddErrors(found, diagnostics);
  return loaded;
}

bool ScenarioOutcome::passed() const {
  return !diagnostics.has_errors() && failed_tests() == 0;
}

int ScenarioOutcome::failed_tests() const {
  return static_cast<int>(std::count_if(
      tests.begin(), tests.end(),
      [](const TestOutcome& test) { return !test.failures.empty(); }));
}

ScenarioOutcome RunScenarioFiles(absl::Span<const SourceFile> test_files,
                                 absl::Span<const SourceFile> rule_files,
                                 absl::Duration retention) {
  const FindRuleFile find = [&](const std::string& name) -> const SourceFile* {
    const auto found = std::find_if(
        rule_files.begin(), rule_files.end(),
        [&](const SourceFile& file) { return file.name() == name; });
    return found == rule_files.end() ? nullptr : &*found;
  };
  ScenarioOutcome outcome;
  for (const SourceFile& test_file : test_files) {
    const ScenarioFile file =
        LoadScenarioFile(test_file, find, outcome.diagnostics, retention);
    if (file.rulebook == nullptr) continue;
    for (const ScenarioTest& test : file.scenario.tests) {
      outcome.tests.push_back(
          {file.name, test.name, RunTest(test, file.rulebook)});
    }
  }
  outcome.diagnostics.Sort();
  return outcome;
}

}  // namespace audienced
