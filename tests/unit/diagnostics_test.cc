#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "rules/language/check/seen_names.h"
#include "rules/language/duration_text.h"
#include "rules/scenario/scenario_file.h"
#include "rules/source/diagnostic.h"
#include "tests/unit/loading.h"
#include "tests/unit/read_whole.h"

// Golden pairs: tests/diagnostics/<name>.bad.yaml is loaded as a rulebook of
// one file, <name>.bad.test.yaml as a test file without rule files beside it,
// and what it says must be <name>.expected. UPDATE_GOLDEN=1 writes
// the expected files anew; read the difference before it is committed. In
// mistakes/ are those that newcomers make: one mistake, one fault, with help.

namespace audienced {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kInput = ".bad.yaml";
constexpr std::string_view kTestInput = ".bad.test.yaml";

// The names of all pairs, sorted; with their folder where they are in one.
std::vector<std::string> GoldenNames() {
  std::vector<std::string> names;
  const fs::path top = AUDIENCED_DIAGNOSTICS_DIR;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    const std::string name = entry.path().lexically_relative(top).string();
    for (const std::string_view ending : {kInput, kTestInput}) {
      if (!name.ends_with(ending)) continue;
      names.push_back(name.substr(0, name.size() - ending.size()));
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct Told {
  std::string text;
  std::set<std::string> codes;
  int faults = 0;
  bool helps = true;  // each of them says what to write
};

// The input of the pair `name`; empty where there is none.
std::string InputOf(const std::string& name) {
  for (const std::string_view ending : {kInput, kTestInput}) {
    std::string file = name + std::string(ending);
    if (fs::exists(fs::path(AUDIENCED_DIAGNOSTICS_DIR) / file)) return file;
  }
  return "";
}

// What a database is to have seen, where the first line of the file says so:
// `# seen: add_to_cart value item_id`, each as event and as property; the
// second may name currencies: `# currencies: EUR USD`.
SeenNames SeenIn(const SourceFile& file) {
  constexpr std::string_view kSign = "# seen: ";
  constexpr std::string_view kCurrencySign = "# currencies: ";
  SeenNames seen;
  std::istringstream lines{std::string(file.text())};
  std::string line;
  std::getline(lines, line);
  if (!line.starts_with(kSign)) return seen;
  std::istringstream names(line.substr(kSign.size()));
  std::getline(lines, line);
  if (line.starts_with(kCurrencySign)) {
    std::istringstream currencies(line.substr(kCurrencySign.size()));
    for (std::string name; currencies >> name;) seen.currencies.insert(name);
  }
  for (std::string name; names >> name;) {
    for (SeenNames::Names* kind :
         {&seen.events, &seen.properties, &seen.items, &seen.traits}) {
      kind->insert(name);
    }
  }
  return seen;
}

// How long events are to count, where the first line says so:
// `# retention: 90d`.
absl::Duration RetentionIn(const SourceFile& file) {
  constexpr std::string_view kSign = "# retention: ";
  const std::string_view text = file.text();
  if (!text.starts_with(kSign)) return absl::InfiniteDuration();
  return *ParseDurationText(
      text.substr(kSign.size(), text.find('\n') - kSign.size()));
}

Diagnostics FaultsOf(const SourceFile& file) {
  if (!file.name().ends_with(kTestInput)) {
    Loaded loaded = Load({file}, RetentionIn(file));
    if (!loaded.diagnostics.has_errors()) {
      AddDataLints(loaded.rulebook, SeenIn(file), loaded.diagnostics);
    }
    return loaded.diagnostics;
  }
  return RunScenarioFiles({file}, {}).diagnostics;
}

Told Tell(const std::string& name) {
  const std::string file_name = InputOf(name);
  const fs::path path = fs::path(AUDIENCED_DIAGNOSTICS_DIR) / file_name;
  const std::vector<SourceFile> files = {{path.filename(), ReadWhole(path)}};
  const Diagnostics faults = FaultsOf(files.front());
  Told told;
  for (const Diagnostic& one : faults.all()) {
    told.text += RenderText(one, files, Color::kNever);
    told.codes.emplace(one.code);
    ++told.faults;
    told.helps = told.helps && !one.help.empty();
  }
  return told;
}

TEST(DiagnosticsGolden, EveryFileSaysWhatIsExpected) {
  const bool updates = std::getenv("UPDATE_GOLDEN") != nullptr;
  const std::vector<std::string> names = GoldenNames();
  ASSERT_FALSE(names.empty());
  for (const std::string& name : names) {
    const fs::path expected =
        fs::path(AUDIENCED_DIAGNOSTICS_DIR) / (name + ".expected");
    const Told told = Tell(name);
    EXPECT_FALSE(told.codes.empty()) << name << " has no fault";
    if (updates) {
      std::ofstream(expected, std::ios::binary) << told.text;
    } else {
      EXPECT_EQ(told.text, ReadWhole(expected)) << name;
    }
  }
}

TEST(DiagnosticsGolden, OneMistakeIsOneFaultThatSaysWhatToWrite) {
  int mistakes = 0;
  for (const std::string& name : GoldenNames()) {
    if (!name.starts_with("mistakes/")) continue;
    const Told told = Tell(name);
    EXPECT_EQ(told.faults, 1) << told.text;
    EXPECT_TRUE(told.helps) << told.text;
    ++mistakes;
  }
  EXPECT_GE(mistakes, 15);
}

TEST(DiagnosticsGolden, EveryCodeHasItsPair) {
  for (const FaultCode& code : FaultCodes()) {
    // No one wants a golden file of more than 1 MiB; see yaml_reader_test.cc.
    if (code.name == "file-too-large") continue;
    const std::string name(code.name);
    ASSERT_FALSE(InputOf(name).empty())
        << "no golden pair shows the fault " << name;
    EXPECT_TRUE(Tell(name).codes.contains(name))
        << name << " does not show the fault of its name";
  }
}

TEST(FaultCodes, AreSortedAndExplained) {
  const auto codes = FaultCodes();
  ASSERT_FALSE(codes.empty());
  for (size_t i = 0; i < codes.size(); ++i) {
    EXPECT_EQ(FindFaultCode(codes[i].name), &codes[i]);
    EXPECT_FALSE(codes[i].summary.empty()) << codes[i].name;
    EXPECT_GT(codes[i].help.size(), 60u) << codes[i].name;
    EXPECT_FALSE(codes[i].summary.ends_with('.')) << codes[i].name;
    if (i > 0) {
      EXPECT_LT(codes[i - 1].name, codes[i].name);
    }
  }
  EXPECT_EQ(FindFaultCode("no-such-code"), nullptr);
}

TEST(Diagnostics, CountsAndSortsByPlace) {
  Diagnostics diagnostics;
  diagnostics.Add("unused-conversion", {"b.yaml", {{2, 1}, {2, 2}}}, "second");
  diagnostics.Add("unknown-key", {"b.yaml", {{1, 9}, {1, 10}}}, "first");
  diagnostics.Add("unknown-key", {"a.yaml", {{7, 1}, {7, 2}}}, "of a");
  diagnostics.Sort();
  EXPECT_EQ(diagnostics.error_count(), 2);
  EXPECT_EQ(diagnostics.lint_count(), 1);
  EXPECT_TRUE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.all()[0].message, "of a");
  EXPECT_EQ(diagnostics.all()[1].message, "first");
  EXPECT_EQ(diagnostics.all()[2].message, "second");
}

}  // namespace
}  // namespace audienced
