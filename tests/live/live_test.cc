// Every rule test of the conformance suite and of the examples, lived through
// by the daemon.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <list>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/scenario/scenario_file.h"
#include "rules/source/render.h"
#include "tests/live/live_run.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

std::string ConformanceFolder() {
  const char* folder = std::getenv("AUDIENCED_SHARED_DIR");
  return absl::StrCat(folder != nullptr ? folder : AUDIENCED_SHARED_DIR,
                      "/conformance");
}

std::vector<std::string> TestFiles() {
  std::vector<std::string> paths;
  for (const std::string& folder :
       {ConformanceFolder(), std::string(AUDIENCED_RULES)}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
      const std::string path = entry.path();
      if (path.ends_with(".test.yaml")) paths.push_back(path);
    }
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The text below `rulebook:` in a test file, as a rule file of its own.
SourceFile InlineRules(const SourceFile& file) {
  std::string text;
  bool is_inside = false;
  for (const auto& piece : absl::StrSplit(file.text(), '\n')) {
    const std::string line(piece);
    if (is_inside && !line.empty() && line[0] != ' ' && line[0] != '#') break;
    if (is_inside) {
      absl::StrAppend(&text, line.substr(std::min<size_t>(2, line.size())),
                      "\n");
    }
    is_inside = is_inside || line == "rulebook:";
  }
  return SourceFile("inline.yaml", text);
}

class LiveRuleTest
    : public StoreTest,
      public testing::WithParamInterface<std::pair<std::string, std::string>> {
};

TEST_P(LiveRuleTest, TheDaemonSaysTheSame) {
  const auto& [path, name] = GetParam();
  const absl::StatusOr<SourceFile> file = ReadSourceFile(path, path);
  ASSERT_TRUE(file.ok()) << file.status();
  std::list<SourceFile> rules;
  Diagnostics diagnostics;
  const ScenarioFile loaded = LoadScenarioFile(
      *file,
      [&](const std::string& rule_file) -> const SourceFile* {
        absl::StatusOr<SourceFile> found =
            ReadSourceFile(rule_file, fs::path(rule_file).filename());
        EXPECT_TRUE(found.ok()) << found.status();
        return found.ok() ? &rules.emplace_back(*std::move(found)) : nullptr;
      },
      diagnostics);
  ASSERT_NE(loaded.rulebook, nullptr);
  if (rules.empty()) rules.push_back(InlineRules(*file));
  const auto test = std::find_if(
      loaded.scenario.tests.begin(), loaded.scenario.tests.end(),
      [&](const ScenarioTest& one) { return one.name == GetParam().second; });
  ASSERT_NE(test, loaded.scenario.tests.end());
  LiveRun run(*test, loaded.rulebook, {rules.begin(), rules.end()}, url());
  EXPECT_EQ(run.Run(), "") << path << ": " << name;
}

// Each test of each file.
std::vector<std::pair<std::string, std::string>> AllTests() {
  std::vector<std::pair<std::string, std::string>> tests;
  for (const std::string& path : TestFiles()) {
    const absl::StatusOr<SourceFile> file = ReadSourceFile(path, path);
    if (!file.ok()) continue;
    std::list<SourceFile> rules;
    Diagnostics diagnostics;
    const ScenarioFile loaded = LoadScenarioFile(
        *file,
        [&](const std::string& rule_file) -> const SourceFile* {
          absl::StatusOr<SourceFile> found =
              ReadSourceFile(rule_file, rule_file);
          return found.ok() ? &rules.emplace_back(*std::move(found)) : nullptr;
        },
        diagnostics);
    for (const ScenarioTest& test : loaded.scenario.tests) {
      tests.emplace_back(path, test.name);
    }
  }
  return tests;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LiveRuleTest);
INSTANTIATE_TEST_SUITE_P(All, LiveRuleTest, testing::ValuesIn(AllTests()));

TEST(LiveConformance, SuiteIsThere) {
  if (!fs::exists(ConformanceFolder())) {
    GTEST_SKIP() << "no conformance suite in " << ConformanceFolder()
                 << "; set AUDIENCED_SHARED_DIR";
  }
}

}  // namespace
}  // namespace audienced
