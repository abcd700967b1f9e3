// Runs rule tests: every `*.test.yaml` in the folder of the conformance suite
// and in examples/. Each test of a file is a test here, named by its place.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <list>
#include <string>
#include <system_error>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/scenario/scenario_file.h"
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

std::vector<std::string> RuleTestsUnder(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    const std::string path = entry.path();
    if (path.ends_with(".test.yaml")) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// Reads the rule files that a test file names, and keeps them.
class RuleFiles {
 public:
  const SourceFile* Find(const std::string& path) {
    absl::StatusOr<SourceFile> file = ReadSourceFile(path, path);
    EXPECT_TRUE(file.ok()) << file.status();
    if (!file.ok()) return nullptr;
    return &files_.emplace_back(*std::move(file));
  }

 private:
  std::list<SourceFile> files_;
};

void RunTestFile(const std::string& path) {
  const absl::StatusOr<SourceFile> file = ReadSourceFile(path, path);
  ASSERT_TRUE(file.ok()) << file.status();
  RuleFiles rules;
  Diagnostics diagnostics;
  const ScenarioFile loaded = LoadScenarioFile(
      *file, [&](const std::string& name) { return rules.Find(name); },
      diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    ADD_FAILURE() << RenderText(diagnostic, {*file}, Color::kNever);
  }
  ASSERT_NE(loaded.rulebook, nullptr);
  for (const ScenarioTest& test : loaded.scenario.tests) {
    for (const TestFailure& failure : RunTest(test, loaded.rulebook)) {
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
                         testing::ValuesIn(RuleTestsUnder(SharedFolder() +
                                                          "/conformance")),
                         TestName);
INSTANTIATE_TEST_SUITE_P(Examples, RuleTestFile,
                         testing::ValuesIn(RuleTestsUnder(AUDIENCED_PROJECT_DIR
                                                          "/examples")),
                         TestName);

TEST(Conformance, SuiteIsThere) {
  const std::string folder = SharedFolder() + "/conformance";
  if (RuleTestsUnder(folder).empty()) {
    GTEST_SKIP() << "no conformance suite in " << folder
                 << "; set AUDIENCED_SHARED_DIR";
  }
}

}  // namespace
}  // namespace audienced
