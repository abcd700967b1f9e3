#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>

#include "rules/history/event.h"
#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

// How a property is compared, wherever an event came from.
enum class Nature {
  kAny,     // as the value is written
  kText,    // known text: an unquoted number is text
  kNumber,  // known number: text is a fault
};

Nature NatureOf(std::string_view property) {
  if (IsTextProperty(property)) return Nature::kText;
  constexpr std::array<std::string_view, 4> kNumbers = {
      "value", "price", "quantity", "item_value"};
  const bool is_number =
      std::find(kNumbers.begin(), kNumbers.end(), property) != kNumbers.end();
  return is_number ? Nature::kNumber : Nature::kAny;
}

// The property that is tested, while one of its tests is read.
struct Tested {
  std::string property;
  Nature nature = Nature::kAny;
};

// Adds the value to be equal to, if it is one.
void AddValue(const Node& node, const Tested& tested, const Scope& scope,
              std::vector<Value>& values) {
  const std::string what = Concat("the value of ", Quoted(tested.property));
  if (node.kind == Node::Kind::kNull) {
    scope.Fault("wrong-kind", node.place,
                Concat("found ", Found(node), "; ", what,
                       " is text, a number, true or false"),
                "for a missing property write { exists: false }");
    return;
  }
  const bool plain = node.kind == Node::Kind::kScalar && !node.quoted;
  const bool as_written = plain && tested.nature == Nature::kAny;
  if (as_written && (node.text == "true" || node.text == "false")) {
    values.emplace_back(node.text == "true");
    return;
  }
  if (tested.nature == Nature::kNumber ||
      (as_written && ParseDecimal(node.text))) {
    const auto number = ReadNumber(node, what, scope);
    if (number) values.emplace_back(*number);
    return;
  }
  // Equality with the empty text is a fair question.
  if (node.kind == Node::Kind::kScalar && node.quoted && node.text.empty()) {
    values.emplace_back("");
    return;
  }
  const auto text = ReadText(node, what, scope);
  if (text) values.emplace_back(*text);
}

// One value or a list of them.
std::vector<Value> ReadValues(const Node& node, const Tested& tested,
                              const Scope& scope) {
  std::vector<Value> values;
  if (node.kind != Node::Kind::kSequence) {
    AddValue(node, tested, scope, values);
  } else if (CheckIsFullList(node, "a value", scope)) {
    for (const Node& element : node.elements) {
      AddValue(element, tested, scope, values);
    }
  }
  return values;
}

void ReadEquality(const Node& node, const Tested& tested, const Scope& scope,
                  PropertyTest& test) {
  test.values = ReadValues(node, tested, scope);
}

void ReadMembership(const Node& node, const Tested& tested, const Scope& scope,
                    PropertyTest& test) {
  if (CheckIsFullList(node, "a value", scope)) {
    test.values = ReadValues(node, tested, scope);
  }
}

// Text tests take a number as the text that stands there.
void ReadTextTest(const Node& node, const Tested& tested, const Scope& scope,
                  PropertyTest& test) {
  test.values = ReadValues(node, {tested.property, Nature::kText}, scope);
}

void ReadPatterns(const Node& node, const Tested& tested, const Scope& scope,
                  PropertyTest& test) {
  ReadTextTest(node, tested, scope, test);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemoryBytes);
  for (const Value& value : test.values) {
    const RE2 pattern(*value.text(), options);
    if (pattern.ok()) continue;
    scope.Fault("bad-pattern", node.place,
                Concat("pattern ", Quoted(*value.text()),
                       " is no regular expression: ", pattern.error()),
                "patterns are of RE2, without look-around and back-references");
  }
}

void ReadNumberTest(const Node& node, const Tested& tested, const Scope& scope,
                    PropertyTest& test) {
  const std::string what =
      Concat("what ", Quoted(tested.property), " is compared with");
  const auto number = ReadNumber(node, what, scope);
  if (number) test.values.emplace_back(*number);
}

void ReadBetween(const Node& node, const Tested& tested, const Scope& scope,
                 PropertyTest& test) {
  if (node.kind != Node::Kind::kSequence || node.elements.size() != 2) {
    scope.Fault(
        "wrong-kind", node.place,
        Concat("found ", Found(node), "; 'between' has two numbers: [10, 20]"));
    return;
  }
  ReadNumberTest(node.elements[0], tested, scope, test);
  ReadNumberTest(node.elements[1], tested, scope, test);
  if (test.values.size() != 2) return;
  if (*test.values[1].number() < *test.values[0].number()) {
    scope.Fault("empty-range", node.place,
                "the range is empty; the second number must not be below the "
                "first");
  }
}

void ReadExists(const Node& node, const Tested&, const Scope& scope,
                PropertyTest& test) {
  test.expected = ReadBoolean(node, "'exists'", scope).value_or(true);
}

struct TestRow {
  std::string_view key;
  TestKind kind;
  bool takes_ignore_case;
  void (*read)(const Node& node, const Tested& tested, const Scope& scope,
               PropertyTest& test);
};

constexpr std::array<TestRow, 14> kTests = {{
    {"is", TestKind::kIs, true, ReadEquality},
    {"is_not", TestKind::kIsNot, true, ReadEquality},
    {"in", TestKind::kIs, true, ReadMembership},
    {"not_in", TestKind::kIsNot, true, ReadMembership},
    {"contains", TestKind::kContains, true, ReadTextTest},
    {"starts_with", TestKind::kStartsWith, true, ReadTextTest},
    {"ends_with", TestKind::kEndsWith, true, ReadTextTest},
    {"matches", TestKind::kMatches, true, ReadPatterns},
    {"at_least", TestKind::kAtLeast, false, ReadNumberTest},
    {"at_most", TestKind::kAtMost, false, ReadNumberTest},
    {"above", TestKind::kAbove, false, ReadNumberTest},
    {"below", TestKind::kBelow, false, ReadNumberTest},
    {"between", TestKind::kBetween, false, ReadBetween},
    {"exists", TestKind::kExists, false, ReadExists},
}};
constexpr std::string_view kIgnoreCase = "ignore_case";

// `ignore_case` beside the text tests of `node`.
bool ReadIgnoreCase(const Node& node, const Scope& scope) {
  const Node* value = node.Find(kIgnoreCase);
  if (value == nullptr) return false;
  const bool has_text_test =
      std::any_of(kTests.begin(), kTests.end(), [&](const TestRow& row) {
        return row.takes_ignore_case && node.Find(row.key) != nullptr;
      });
  if (!has_text_test) {
    scope.Fault("misplaced-key", value->place,
                "found 'ignore_case' without a text test beside it");
  }
  return ReadBoolean(*value, "'ignore_case'", scope).value_or(false);
}

// `{above: 5, below: 10}`: all tests that a mapping gives.
void ReadTestMapping(const Node& node, const Tested& tested, const Scope& scope,
                     std::vector<PropertyTest>& tests) {
  std::vector<std::string_view> known = {kIgnoreCase};
  for (const TestRow& row : kTests) known.push_back(row.key);
  const std::string what =
      Concat("the tests of property ", Quoted(tested.property));
  CheckKeys(node, {what}, known, {}, scope);
  const bool ignore_case = ReadIgnoreCase(node, scope);
  for (const TestRow& row : kTests) {
    const Node* value = node.Find(row.key);
    if (value == nullptr) continue;
    PropertyTest test;
    test.property = tested.property;
    test.kind = row.kind;
    test.ignore_case = ignore_case && row.takes_ignore_case;
    test.place = value->place;
    row.read(*value, tested, scope, test);
    tests.push_back(std::move(test));
  }
  if (node.entries.empty()) {
    scope.Fault("empty-mapping", node.place,
                Concat("found no test on property ", Quoted(tested.property)));
  }
}

// One entry of `where`: a value, a list, or a mapping of tests.
void ReadTests(const Node& node, const Tested& tested, const Scope& scope,
               std::vector<PropertyTest>& tests) {
  if (node.kind == Node::Kind::kMapping) {
    ReadTestMapping(node, tested, scope, tests);
    return;
  }
  PropertyTest test;
  test.property = tested.property;
  test.place = node.place;
  ReadEquality(node, tested, scope, test);
  tests.push_back(std::move(test));
}

// Whether `node` is a mapping that tests something.
bool CheckTestsSomething(const Node& node, std::string_view what,
                         const Scope& scope) {
  if (!CheckIsMapping(node, what, scope)) return false;
  if (!node.entries.empty()) return true;
  scope.Fault("empty-mapping", node.place,
              Concat(what, " is empty; it must test at least one property"));
  return false;
}

void ReadItemTests(const Node& node, const Scope& scope, Where& where) {
  if (!CheckTestsSomething(node, "'item'", scope)) return;
  for (const Node::Entry& entry : node.entries) {
    const auto property = ReadText(entry.key, "the name of a property", scope);
    if (!property) continue;
    ReadTests(entry.value, {*property, NatureOf(*property)}, scope,
              where.item_tests);
  }
}

}  // namespace

Where ReadWhere(const Node& node, const Scope& scope) {
  Where where;
  if (!CheckTestsSomething(node, "'where'", scope)) return where;
  for (const Node::Entry& entry : node.entries) {
    const auto property = ReadText(entry.key, "the name of a property", scope);
    if (!property) continue;
    if (*property == "item") {
      ReadItemTests(entry.value, scope, where);
    } else {
      ReadTests(entry.value, {*property, NatureOf(*property)}, scope,
                where.tests);
    }
  }
  return where;
}

std::vector<PropertyTest> ReadTraitTests(const Node& node, const Scope& scope) {
  std::vector<PropertyTest> tests;
  if (!CheckTestsSomething(node, "'trait'", scope)) return tests;
  for (const Node::Entry& entry : node.entries) {
    const auto trait = ReadText(entry.key, "the name of a trait", scope);
    // Traits have names of the sender's choice: none is known to the engine.
    if (trait) ReadTests(entry.value, {*trait, Nature::kAny}, scope, tests);
  }
  return tests;
}

}  // namespace audienced
