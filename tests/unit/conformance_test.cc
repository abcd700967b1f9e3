// Runs rule tests: every `*.test.yaml` in the folder of the conformance suite
// and in examples/. Each test of a file is a test here, named by its place.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/language/load.h"
#include "rules/scenario/scenario_parser.h"
#include "rules/scenario/scenario_runner.h"
#include "rules/source/render.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

// The folder of the material that is shared between projects.
std::string SharedFolder() {
  const char* folder = std::getenv("AUDIENCED_SHARED_DIR");
  return folder != nullptr ? folder : AUDIENCED_PROJECT_DIR "/../shared";
}

std::vector<std::string> TestFilesIn(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const std::string path = entry.path();
    if (path.ends_with(".test.yaml")) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Loads the rulebook of a test file: the one inline, or the files it names.
Rulebook LoadRules(const Scenario& scenario, const std::string& test_path,
                   std::vector<SourceFile>& files, Diagnostics& diagnostics) {
  if (scenario.rulebook.has_value()) {
    const std::vector<const Node*> documents = {&*scenario.rulebook};
    return LoadRulebook(documents, diagnostics);
  }
  std::vector<SourceFile> rules;
  for (const std::string& name : scenario.rule_files) {
    absl::StatusOr<SourceFile> file =
        ReadSourceFile(fs::path(test_path).parent_path() / name, name);
    EXPECT_TRUE(file.ok()) << file.status();
    if (file.ok()) rules.push_back(*std::move(file));
  }
  files.insert(files.end(), rules.begin(), rules.end());
  return LoadRulebook(rules, diagnostics);
}

void ExpectNoErrors(Diagnostics& diagnostics,
                    const std::vector<SourceFile>& files) {
  diagnostics.Sort();
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity != Severity::kError) continue;
    ADD_FAILURE() << RenderText(diagnostic, files, Color::kNever);
  }
}

void RunTestFile(const std::string& path) {
  absl::StatusOr<SourceFile> file =
      ReadSourceFile(path, fs::path(path).filename());
  ASSERT_TRUE(file.ok()) << file.status();
  std::vector<SourceFile> files = {*file};
  Diagnostics diagnostics;
  const std::optional<Node> document = ReadYaml(*file, diagnostics);
  ExpectNoErrors(diagnostics, files);
  ASSERT_TRUE(document.has_value());
  const Scenario scenario = ParseScenario(*document, diagnostics);
  Rulebook rulebook = LoadRules(scenario, path, files, diagnostics);
  CheckScenario(scenario, rulebook, diagnostics);
  ExpectNoErrors(diagnostics, files);
  if (diagnostics.has_errors()) return;
  ASSERT_FALSE(scenario.tests.empty()) << path << " has no tests";
  const std::shared_ptr<const CompiledRulebook> compiled =
      CompiledRulebook::Compile(std::move(rulebook));
  for (const ScenarioTest& test : scenario.tests) {
    for (const TestFailure& failure : RunTest(test, compiled)) {
      ADD_FAILURE() << RenderFailure(failure);
    }
  }
}

class RuleTestFile : public testing::TestWithParam<std::string> {};

TEST_P(RuleTestFile, Passes) { RunTestFile(GetParam()); }

// `folder/cart.test.yaml` as the name of a test: `cart`.
std::string TestName(const testing::TestParamInfo<std::string>& info) {
  std::string name = fs::path(info.param).filename();
  name = name.substr(0, name.find('.'));
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return !isalnum(c); },
      '_');
  return name;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RuleTestFile);
INSTANTIATE_TEST_SUITE_P(Conformance, RuleTestFile,
                         testing::ValuesIn(TestFilesIn(SharedFolder() +
                                                       "/conformance")),
                         TestName);
INSTANTIATE_TEST_SUITE_P(Examples, RuleTestFile,
                         testing::ValuesIn(TestFilesIn(AUDIENCED_PROJECT_DIR
                                                       "/examples")),
                         TestName);

TEST(Conformance, SuiteIsThere) {
  const std::string folder = SharedFolder() + "/conformance";
  if (TestFilesIn(folder).empty()) {
    GTEST_SKIP() << "no conformance suite in " << folder
                 << "; set AUDIENCED_SHARED_DIR";
  }
}

}  // namespace
}  // namespace audienced
