// The JSON Schema of rule files against rule files: it accepts every good one,
// and of the faults it refuses those that lie in the shape of a file.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "rules/history/event.h"
#include "rules/language/parser/known_properties.h"
#include "rules/language/schema/rule_schema.h"
#include "tests/unit/loading.h"
#include "tests/unit/read_whole.h"

namespace audienced {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// A scalar as editors read it: by the core schema of YAML 1.2.
json ScalarJson(const Node& node) {
  const std::string& text = node.text;
  if (node.quoted) return text;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const bool numeric =
      !text.empty() &&
      text.find_first_not_of("0123456789.eE+-") == std::string::npos;
  const json number =
      numeric ? json::parse(text, nullptr, /*allow_exceptions=*/false) : json();
  return number.is_number() ? number : json(text);
}

json ToJson(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return nullptr;
    case Node::Kind::kScalar:
      return ScalarJson(node);
    case Node::Kind::kSequence: {
      json list = json::array();
      for (const Node& element : node.elements) list.push_back(ToJson(element));
      return list;
    }
    case Node::Kind::kMapping: {
      json object = json::object();
      for (const auto& [key, value] : node.entries) {
        object[key.text] = ToJson(value);
      }
      return object;
    }
  }
  return nullptr;
}

class RuleSchema {
 public:
  RuleSchema() : json_(json::parse(RuleFileSchema())) {
    valijson::SchemaParser parser;
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json_),
                          schema_);
  }

  // Empty where it accepts; else why it does not.
  std::string Refusal(const Node& document) const {
    const json value = ToJson(document);
    valijson::Validator validator;
    valijson::ValidationResults results;
    if (validator.validate(schema_,
                           valijson::adapters::NlohmannJsonAdapter(value),
                           &results)) {
      return "";
    }
    std::string why = "refused:";
    valijson::ValidationResults::Error error;
    while (results.popError(error)) {
      why += "\n ";
      for (const std::string& part : error.context) why += part;
      why += " " + error.description;
    }
    return why;
  }

  const json& text() const { return json_; }

 private:
  const json json_;
  valijson::Schema schema_;
};

const RuleSchema& Schema() {
  static const auto* const kSchema = new RuleSchema();
  return *kSchema;
}

std::optional<Node> Read(const fs::path& path) {
  Diagnostics diagnostics;
  return ReadYaml({path.filename(), ReadWhole(path)}, diagnostics);
}

std::vector<fs::path> YamlFilesIn(const fs::path& folder) {
  std::vector<fs::path> paths;
  std::error_code error;
  for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

// The rulebook of a rule file, or that which stands inside a test file; null
// where there is none.
const Node* RulebookOf(const Node& document) {
  if (document.Find("version") != nullptr) return &document;
  return document.Find("rulebook");
}

int ExpectAllAreAccepted(const fs::path& folder) {
  int accepted = 0;
  for (const fs::path& path : YamlFilesIn(folder)) {
    const std::optional<Node> document = Read(path);
    if (!document) {
      ADD_FAILURE() << path << " cannot be read";
      continue;
    }
    const Node* rulebook = RulebookOf(*document);
    if (rulebook == nullptr) continue;
    EXPECT_EQ(Schema().Refusal(*rulebook), "") << path;
    ++accepted;
  }
  return accepted;
}

TEST(RuleSchema, AcceptsEveryExample) {
  EXPECT_GT(ExpectAllAreAccepted(AUDIENCED_PROJECT_DIR "/examples"), 0);
}

TEST(RuleSchema, AcceptsTheRulesOfTests) {
  EXPECT_GT(ExpectAllAreAccepted(AUDIENCED_PROJECT_DIR "/tests/data"), 0);
}

TEST(RuleSchema, AcceptsTheConformanceSuite) {
  if (ExpectAllAreAccepted(AUDIENCED_SHARED_DIR "/conformance") == 0) {
    GTEST_SKIP() << "no conformance suite in " << AUDIENCED_SHARED_DIR;
  }
}

// Faults of the text: there is no document that a schema could judge.
constexpr std::array<std::string_view, 10> kOfTheText = {
    "duplicate-key",   "file-too-large", "key-not-text", "not-text",
    "second-document", "too-deep",       "yaml-anchor",  "yaml-merge-key",
    "yaml-syntax",     "yaml-tag"};

// Faults of the meaning, which a schema cannot see: names of other places, the
// order of two values, how many steps are a `did`, what a table of zones or a
// regular expression says, and what the author or another YAML reader means by
// a word.
constexpr std::array<std::string_view, 17> kOfTheMeaning = {
    "beyond-retention",   "all-within-one-step", "audience-cycle",
    "bad-pattern",        "bad-timezone",        "boolean-word",
    "duplicate-priority", "empty-range",         "holds-for-nothing",
    "ladder-end",         "unknown-audience",    "unknown-consent",
    "unknown-conversion", "unknown-ladder",      "unknown-rung",
    "typographic-quotes", "unknown-score"};

template <size_t N>
bool Has(const std::array<std::string_view, N>& codes, std::string_view code) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

TEST(RuleSchema, RefusesTheFaultsOfShapeAndNoOthers) {
  for (const FaultCode& code : FaultCodes()) {
    if (Has(kOfTheText, code.name)) continue;
    const fs::path path = fs::path(AUDIENCED_PROJECT_DIR "/tests/diagnostics") /
                          (std::string(code.name) + ".bad.yaml");
    // Some are faults of test files.
    if (!fs::exists(path)) continue;
    const std::optional<Node> document = Read(path);
    ASSERT_TRUE(document) << path;
    const std::string refusal = Schema().Refusal(*document);
    const bool accepts =
        code.severity == Severity::kLint || Has(kOfTheMeaning, code.name);
    if (accepts) {
      EXPECT_EQ(refusal, "") << code.name;
    } else {
      EXPECT_NE(refusal, "")
          << code.name << " is a fault of shape, and the schema accepts it";
    }
  }
}

TEST(RuleSchema, EveryListedCodeExists) {
  for (std::string_view code : kOfTheText) {
    EXPECT_NE(FindFaultCode(code), nullptr) << code;
  }
  for (std::string_view code : kOfTheMeaning) {
    EXPECT_NE(FindFaultCode(code), nullptr) << code;
  }
}

// Every key of a closed mapping tells what it means.
void ExpectDescriptions(const std::string& name, const json& mapping) {
  if (!mapping.contains("properties")) return;
  for (const auto& [key, value] : mapping["properties"].items()) {
    EXPECT_TRUE(value.contains("description")) << name << " " << key;
  }
}

TEST(RuleSchema, ExplainsEveryKey) {
  const json& schema = Schema().text();
  ExpectDescriptions("a rule file", schema);
  EXPECT_GT(schema["definitions"].size(), 20u);
  for (const auto& [name, definition] : schema["definitions"].items()) {
    ExpectDescriptions(name, definition);
  }
}

TEST(RuleSchema, KnowsTheNamesThatTheEngineKnows) {
  std::vector<std::string_view> known;
  for (const KnownProperty& one : KnownProperties()) known.push_back(one.name);
  const auto expect_known = [&](std::string_view name) {
    EXPECT_EQ(std::count(known.begin(), known.end(), name), 1) << name;
  };
  for (std::string_view name : ItemProperties()) expect_known(name);
  for (std::string_view name : TextProperties()) expect_known(name);
}

}  // namespace
}  // namespace audienced
