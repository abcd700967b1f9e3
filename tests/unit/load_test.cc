#include "rules/language/load.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/unit/loading.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;

// The sample of the description of the language, as it stands there.
TEST(LoadRulebook, TakesTheSampleWithoutFaultOrLint) {
  const Loaded loaded =
      Load(ReadWhole(fs::path(AUDIENCED_DATA_DIR) / "language_sample.yaml"));
  EXPECT_EQ(loaded.text(), "");
  EXPECT_EQ(loaded.rulebook.conversions.size(), 7u);
  EXPECT_EQ(loaded.rulebook.ladders.size(), 1u);
  EXPECT_EQ(loaded.rulebook.consents.size(), 1u);
  EXPECT_EQ(loaded.rulebook.audiences.size(), 3u);
}

TEST(LoadRulebook, ReadsAllFilesAsOneNamespaceInTheOrderOfNames) {
  const Loaded loaded =
      Load({{"b.yaml",
             "version: 1\ntimezone: Europe/Madrid\n"
             "audiences: { later: { who: { did: carted } } }\n"},
            {"a.yaml",
             "version: 1\n"
             "conversions: { carted: { kind: micro, event: add_to_cart } }\n"
             "audiences: { first: { who: { did: carted, in_last: 1d } } }\n"}});
  EXPECT_EQ(loaded.text(), "");
  ASSERT_EQ(loaded.rulebook.audiences.size(), 2u);
  EXPECT_EQ(loaded.rulebook.audiences[0].name, "first");
  EXPECT_EQ(loaded.rulebook.audiences[0].time_zone, "UTC");
  EXPECT_EQ(loaded.rulebook.audiences[1].name, "later");
  EXPECT_EQ(loaded.rulebook.audiences[1].time_zone, "Europe/Madrid");
  EXPECT_EQ(loaded.rulebook.conversions[0].time_zone, "UTC");
}

TEST(LoadRulebook, NamesTheFirstOfTwoDefinitions) {
  const std::string text =
      "version: 1\nconversions:\n  carted: { kind: macro, event: a }\n";
  const Loaded loaded = Load({{"a.yaml", text}, {"b.yaml", text}});
  ASSERT_EQ(loaded.codes(), std::vector<std::string>{"duplicate-name"});
  const Diagnostic& fault = loaded.diagnostics.all()[0];
  EXPECT_EQ(fault.place.file, "b.yaml");
  EXPECT_EQ(fault.message,
            "conversion 'carted' is already defined at a.yaml:3");
  EXPECT_EQ(loaded.rulebook.conversions.size(), 1u);
}

TEST(LoadRulebook, TellsTheFaultsOfAllFiles) {
  const Loaded loaded = Load({{"c.yaml", "version: 1\naudience: {}\n"},
                              {"a.yaml", "version: 2\n"},
                              {"b.yaml", "version: ["}});
  EXPECT_EQ(loaded.codes(), (std::vector<std::string>{
                                "bad-version", "yaml-syntax", "unknown-key"}));
}

// The names of a file that could not be read are not faults wherever they are
// used.
TEST(LoadRulebook, DoesNotBlameOthersForAFileThatCannotBeRead) {
  const Loaded loaded = Load(
      {{"a.yaml", "version: ["},
       {"b.yaml", "version: 1\naudiences: { x: { who: { did: carted } } }\n"}});
  EXPECT_EQ(loaded.codes(), std::vector<std::string>{"yaml-syntax"});
}

TEST(LoadRulebook, LintsOnlyWithoutErrors) {
  const std::string lint =
      "version: 1\nconversions:\n"
      "  carted: { kind: micro, event: add_to_cart }\n";
  EXPECT_EQ(Load(lint).codes(), std::vector<std::string>{"unused-conversion"});
  EXPECT_EQ(Load(lint + "colour: red\n").codes(),
            std::vector<std::string>{"unknown-key"});
}

// --- The rulebooks of the conformance tests --------------------------------

fs::path ConformanceDir() {
  const char* shared = std::getenv("AUDIENCED_SHARED_DIR");
  return fs::path(shared != nullptr ? shared : AUDIENCED_SHARED_DIR) /
         "conformance";
}

TEST(LoadRulebook, TakesTheRulebooksOfTheConformanceTests) {
  const fs::path folder = ConformanceDir();
  if (!fs::is_directory(folder)) {
    GTEST_SKIP() << "NO CONFORMANCE TESTS at " << folder
                 << "; set AUDIENCED_SHARED_DIR to where they are";
  }
  int rulebooks = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".test.yaml")) continue;
    Diagnostics diagnostics;
    const auto document =
        ReadYaml(SourceFile(name, ReadWhole(entry.path())), diagnostics);
    ASSERT_TRUE(document.has_value()) << name;
    const Node* node = document->Find("rulebook");
    if (node == nullptr) continue;
    ++rulebooks;
    const Rulebook rulebook =
        LoadRulebook(std::vector<const Node*>{node}, diagnostics);
    for (const Diagnostic& one : diagnostics.all()) {
      EXPECT_EQ(one.severity, Severity::kLint)
          << RenderText(one, {}, Color::kNever);
    }
    EXPECT_FALSE(rulebook.audiences.empty()) << name;
  }
  EXPECT_GT(rulebooks, 0);
}

}  // namespace
}  // namespace audienced
