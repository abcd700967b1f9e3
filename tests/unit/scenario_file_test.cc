// Test files with the rules that they name.

#include "rules/scenario/scenario_file.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace audienced {
namespace {

constexpr char kRules[] = R"yaml(version: 1
timezone: UTC
conversions: { carted: { kind: macro, event: add_to_cart } }
audiences: { carters: { who: { did: carted } } }
)yaml";

// A test file over the rules `rules`, whose one test expects `members`.
std::string TestFile(const std::string& rules, const std::string& members) {
  return "rules: [" + rules +
         "]\n"
         "tests:\n"
         "  - name: carting\n"
         "    start: 2026-03-01T00:00:00Z\n"
         "    events: [{ at: 0m, profile: ann, event: add_to_cart }]\n"
         "    expect: [{ at: 0m, carters: " +
         members + " }]\n";
}

std::vector<std::string> Codes(const ScenarioOutcome& outcome) {
  std::vector<std::string> codes;
  for (const Diagnostic& one : outcome.diagnostics.all()) {
    codes.emplace_back(one.code);
  }
  return codes;
}

TEST(RunScenarioFiles, RunsEachTestOfEachFile) {
  const ScenarioOutcome outcome =
      RunScenarioFiles({{"good.test.yaml", TestFile("shop.yaml", "[ann]")},
                        {"bad.test.yaml", TestFile("shop.yaml", "[]")}},
                       {{"shop.yaml", kRules}});
  EXPECT_TRUE(Codes(outcome).empty());
  ASSERT_EQ(outcome.tests.size(), 2u);
  EXPECT_EQ(outcome.tests[0].file, "good.test.yaml");
  EXPECT_EQ(outcome.tests[0].test, "carting");
  EXPECT_TRUE(outcome.tests[0].failures.empty());
  EXPECT_EQ(outcome.tests[1].failures.size(), 1u);
  EXPECT_EQ(outcome.failed_tests(), 1);
  EXPECT_FALSE(outcome.passed());
}

TEST(RunScenarioFiles, NamesOfRuleFilesAreRelativeToTheTestFile) {
  const struct {
    std::string test_file;
    std::string named;
    std::string rule_file;
  } cases[] = {
      {"shop.test.yaml", "shop.yaml", "shop.yaml"},
      {"./shop.test.yaml", "./shop.yaml", "shop.yaml"},
      {"rules/shop.test.yaml", "shop.yaml", "rules/shop.yaml"},
      {"rules/tests/shop.test.yaml", "../shop.yaml", "rules/shop.yaml"},
      {"tests/shop.test.yaml", "../../shop.yaml", "../shop.yaml"},
      {"/srv/rules/shop.test.yaml", "shop.yaml", "/srv/rules/shop.yaml"},
      {"rules/shop.test.yaml", "/srv/shop.yaml", "/srv/shop.yaml"},
  };
  for (const auto& one : cases) {
    const ScenarioOutcome outcome =
        RunScenarioFiles({{one.test_file, TestFile(one.named, "[ann]")}},
                         {{one.rule_file, kRules}});
    EXPECT_TRUE(outcome.passed()) << one.test_file << " " << one.named;
    EXPECT_EQ(outcome.tests.size(), 1u) << one.test_file << " " << one.named;
  }
}

TEST(RunScenarioFiles, AFileWithFaultsIsToldAndTheOthersRun) {
  const ScenarioOutcome outcome =
      RunScenarioFiles({{"a.test.yaml", TestFile("none.yaml", "[]")},
                        {"b.test.yaml", TestFile("shop.yaml", "[ann]")},
                        {"c.test.yaml", "rules: []\ntests: []\n"}},
                       {{"shop.yaml", kRules}});
  EXPECT_EQ(Codes(outcome), (std::vector<std::string>{
                                "unknown-file", "empty-list", "empty-list"}));
  EXPECT_EQ(outcome.tests.size(), 1u);
  EXPECT_FALSE(outcome.passed());
}

TEST(RunScenarioFiles, FaultsOfRulesAreToldOnceAndWarningsNot) {
  const std::string broken = "version: 2\n";
  const ScenarioOutcome outcome =
      RunScenarioFiles({{"a.test.yaml", TestFile("shop.yaml", "[]")},
                        {"b.test.yaml", TestFile("shop.yaml", "[]")}},
                       {{"shop.yaml", broken}});
  ASSERT_FALSE(Codes(outcome).empty());
  EXPECT_EQ(Codes(outcome), (std::vector<std::string>{"bad-version"}));
  EXPECT_TRUE(outcome.tests.empty());
  const std::string unused =
      "version: 1\nconversions:\n"
      "  carted: { kind: macro, event: add_to_cart }\n"
      "  other: { kind: macro, event: other }\n"
      "audiences: { carters: { who: { did: carted } } }\n";
  EXPECT_TRUE(
      Codes(RunScenarioFiles({{"a.test.yaml", TestFile("shop.yaml", "[ann]")}},
                             {{"shop.yaml", unused}}))
          .empty());
}

}  // namespace
}  // namespace audienced
