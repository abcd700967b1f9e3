// The language reference in rules/README.md: its tables are those of the
// parser, and its examples load and do what their tests say.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/language/load.h"
#include "rules/language/schema/key_table.h"
#include "rules/scenario/scenario_file.h"
#include "rules/scenario/scenario_runner.h"
#include "rules/source/message.h"
#include "rules/source/render.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

constexpr char kReadme[] = AUDIENCED_PROJECT_DIR "/rules/README.md";

std::string ReadmeText() { return ReadWhole(kReadme); }

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// --- Tables -----------------------------------------------------------------

// `<!-- keys: audience did-condition.where -->`: below it stands the table of
// all keys of the one mapping and of one key of the other, up to an empty line.
constexpr std::string_view kMarker = "<!-- keys: ";

std::vector<KeyShape> KeysOf(const std::string& marker) {
  static const auto* const kMappings =
      new std::vector<MappingShape>(RuleFileMappings());
  std::vector<KeyShape> keys;
  std::istringstream words(marker.substr(kMarker.size()));
  for (std::string word; words >> word && word != "-->";) {
    const size_t dot = word.find('.');
    const std::string name = word.substr(0, dot);
    const auto mapping =
        std::find_if(kMappings->begin(), kMappings->end(),
                     [&](const MappingShape& one) { return one.name == name; });
    if (mapping == kMappings->end()) {
      ADD_FAILURE() << "no mapping is named " << name;
      continue;
    }
    for (const KeyShape& key : mapping->keys) {
      if (dot == std::string::npos || key.name == word.substr(dot + 1)) {
        keys.push_back(key);
      }
    }
  }
  return keys;
}

// The README with every table as it should be, and the keys that stand there.
struct Reference {
  std::string text;
  std::set<std::pair<std::string, std::string>> keys;  // with their meanings
};

Reference WriteTables(const std::string& readme) {
  Reference reference;
  bool skips = false;
  for (const std::string& line : Lines(readme)) {
    if (skips && !line.empty()) continue;
    skips = false;
    reference.text += line + "\n";
    if (!line.starts_with(kMarker)) continue;
    skips = true;
    const std::vector<KeyShape> keys = KeysOf(line);
    reference.text += "\n" + KeyTable(keys);
    for (const KeyShape& key : keys) {
      reference.keys.emplace(key.name, key.meaning);
    }
  }
  return reference;
}

// Between the marker and its table stands an empty line, as Markdown wants it.
std::string WithoutOldTables(const std::string& readme) {
  std::string text;
  bool after_marker = false;
  for (const std::string& line : Lines(readme)) {
    if (after_marker && line.empty()) {
      after_marker = false;
      continue;
    }
    after_marker = line.starts_with(kMarker);
    text += line + "\n";
  }
  return text;
}

TEST(Reference, TablesAreThoseOfTheParser) {
  const std::string readme = ReadmeText();
  const Reference reference = WriteTables(WithoutOldTables(readme));
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kReadme, std::ios::binary) << reference.text;
  } else {
    EXPECT_EQ(readme, reference.text) << "UPDATE_GOLDEN=1 writes the tables";
  }
}

TEST(Reference, TellsOfEveryKey) {
  const Reference reference = WriteTables(WithoutOldTables(ReadmeText()));
  for (const MappingShape& mapping : RuleFileMappings()) {
    for (const KeyShape& key : mapping.keys) {
      EXPECT_TRUE(reference.keys.contains({key.name, key.meaning}))
          << "no table has " << mapping.name << "." << key.name;
    }
  }
}

// --- Examples ---------------------------------------------------------------

// One fenced block of YAML, and the line on which it begins.
struct Block {
  std::string text;
  int line = 0;
};

std::vector<Block> YamlBlocks() {
  std::vector<Block> blocks;
  bool inside = false;
  int number = 0;
  for (const std::string& line : Lines(ReadmeText())) {
    ++number;
    if (line.starts_with("```")) {
      if (!inside && line == "```yaml") blocks.push_back({"", number + 1});
      inside = line == "```yaml";
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

std::string Indented(const std::string& text, int columns) {
  std::string indented;
  for (const std::string& line : Lines(text)) {
    indented += std::string(columns, ' ') + line + "\n";
  }
  return indented;
}

std::string FirstKey(const std::string& text) {
  for (const std::string& line : Lines(text)) {
    if (line.empty() || line[0] == '#') continue;
    return line.substr(0, line.find(':'));
  }
  return "";
}

bool IsKeyOf(const std::string& mapping, const std::string& key) {
  for (const KeyShape& one : KeysOf(Concat(kMarker, mapping, " -->"))) {
    if (one.name == key) return true;
  }
  return false;
}

// The rule file that a block stands for: it may be one, some sections of one,
// an audience named `example`, or a condition.
std::string RuleFileOf(const std::string& block) {
  const std::string key = FirstKey(block);
  if (key == "version") return block;
  const std::string head = "version: 1\ntimezone: Europe/London\n";
  if (IsKeyOf("rule-file", key)) return head + block;
  const std::string audience = head + "audiences:\n  example:\n";
  if (IsKeyOf("audience", key)) return audience + Indented(block, 4);
  return audience + "    who:\n" + Indented(block, 6);
}

class Examples {
 public:
  // Loads a block of rules, or runs a block of tests on the last rules.
  void Try(const Block& block) {
    SCOPED_TRACE(Concat("rules/README.md:", std::to_string(block.line)));
    if (FirstKey(block.text) == "tests") {
      RunTests(Concat(files_.size() > 1 ? "rules: [words.yaml, example.yaml]\n"
                                        : "rules: [words.yaml]\n",
                      block.text));
      ++tests_;
      return;
    }
    const std::string rules = RuleFileOf(block.text);
    files_ = {};
    // The first whole file holds the words of all examples after it.
    if (words_.empty()) words_ = rules;
    files_.emplace_back("words.yaml", words_);
    if (rules != words_) files_.emplace_back("example.yaml", rules);
    Load();
    for (const std::string& line : Lines(rules)) CollectKeys(line);
  }

  const std::set<std::string>& keys() const { return keys_; }
  int tests() const { return tests_; }

 private:
  void Load() {
    Diagnostics diagnostics;
    LoadRulebook(files_, diagnostics);
    Expect(diagnostics, files_);
  }

  // Lints count as well: an example shows how it is done. Only that one
  // example uses not all of the words is no matter.
  static void Expect(const Diagnostics& diagnostics,
                     const std::vector<SourceFile>& files) {
    for (const Diagnostic& one : diagnostics.all()) {
      if (one.code == "unused-conversion") continue;
      ADD_FAILURE() << RenderText(one, files, Color::kNever);
    }
  }

  void RunTests(const std::string& text) {
    const std::vector<SourceFile> test_files = {{"example.test.yaml", text}};
    const ScenarioOutcome outcome = RunScenarioFiles(test_files, files_);
    Expect(outcome.diagnostics, test_files);
    EXPECT_FALSE(outcome.tests.empty());
    for (const TestOutcome& test : outcome.tests) {
      for (const TestFailure& failure : test.failures) {
        ADD_FAILURE() << RenderFailure(failure);
      }
    }
  }

  // Every word before a colon.
  void CollectKeys(const std::string& line) {
    std::string word;
    for (const char character : line) {
      if (character == '#') return;
      if (character == ':') keys_.insert(word);
      const bool in_word =
          std::isalnum(static_cast<unsigned char>(character)) ||
          character == '_' || character == '-';
      word = in_word ? word + character : "";
    }
  }

  std::string words_;
  std::vector<SourceFile> files_;
  std::set<std::string> keys_;
  int tests_ = 0;
};

TEST(Reference, ExamplesLoadAndDoWhatTheirTestsSay) {
  Examples examples;
  for (const Block& block : YamlBlocks()) examples.Try(block);
  EXPECT_GE(examples.tests(), 12);
  for (const MappingShape& mapping : RuleFileMappings()) {
    // Names of properties are shown by some of them.
    if (mapping.others) continue;
    for (const KeyShape& key : mapping.keys) {
      EXPECT_TRUE(examples.keys().contains(key.name))
          << "no example has " << mapping.name << "." << key.name;
    }
  }
}

}  // namespace
}  // namespace audienced
