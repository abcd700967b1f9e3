#include "rules/language/parser/property_test_parser.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <optional>

#include "rules/history/event.h"
#include "rules/language/parser/field_table.h"
#include "rules/language/parser/foreign_words.h"
#include "rules/language/parser/known_properties.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

// Adds the value to be equal to, if it is one.
void AddValue(const Node& node, const Tested& tested, const Scope& scope,
              std::vector<Value>& values) {
  const std::string what = Concat("the value of ", Quoted(tested.property));
  if (node.kind == Node::Kind::kNull) {
    // `{ country = ES }` is a key without a value.
    std::string help = HelpForForeignKey(tested.property, {});
    scope.Fault(
        "wrong-kind", node.place,
        Concat("found ", Found(node), "; ", what,
               " is text, a number, true or false"),
        help.empty() ? "for a missing property write { exists: false }" : help);
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
  // Text tests and names that are text to the engine may look so.
  const auto comparison = tested.nature == Nature::kAny
                              ? ReadOperatorText(node.text)
                              : std::nullopt;
  if (comparison && node.kind == Node::Kind::kScalar) {
    scope.Fault(
        "bad-number", node.place,
        Concat("found ", Quoted(node.text), "; ", what,
               " is compared by a key"),
        Concat("write { ", comparison->key, ": ", comparison->number, " }"));
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

// What a property of this nature is equal to.
ValueShape EqualShape(Nature nature) {
  if (nature == Nature::kNumber) return AnyNumber();
  ValueShape text = FreeText();
  text.may_be_empty = true;
  if (nature == Nature::kText) return text;
  return Said("text, number, `true` or `false`", Either({text, TrueOrFalse()}));
}

ValueShape ListShape(Nature nature) {
  return Said("list of values", ListOf(EqualShape(nature)));
}

ValueShape EqualityShape(Nature nature) {
  return Said("value, or a list of them",
              Either({EqualShape(nature), ListShape(nature)}));
}

ValueShape TextTestShape(Nature) {
  return Said("text, or a list of them", EqualityShape(Nature::kText));
}

ValueShape NumberShape(Nature) { return AnyNumber(); }
ValueShape RangeShape(Nature) { return PairOf(AnyNumber()); }
ValueShape ExistsShape(Nature) { return TrueOrFalse(); }

struct TestRow {
  std::string_view key;
  TestKind kind;
  bool takes_ignore_case;
  void (*read)(const Node& node, const Tested& tested, const Scope& scope,
               PropertyTest& test);
  ValueShape (*shape)(Nature nature);
  std::string_view meaning;
};

constexpr std::array<TestRow, 14> kTests = {{
    {"is", TestKind::kIs, true, ReadEquality, EqualityShape,
     "is equal to it, or to one of the list"},
    {"is_not", TestKind::kIsNot, true, ReadEquality, EqualityShape,
     "the exact opposite: also true where the property is missing"},
    {"in", TestKind::kIs, true, ReadMembership, ListShape,
     "is equal to one of the list"},
    {"not_in", TestKind::kIsNot, true, ReadMembership, ListShape,
     "the exact opposite: also true where the property is missing"},
    {"contains", TestKind::kContains, true, ReadTextTest, TextTestShape,
     "has this text somewhere in it"},
    {"starts_with", TestKind::kStartsWith, true, ReadTextTest, TextTestShape,
     "begins with this text"},
    {"ends_with", TestKind::kEndsWith, true, ReadTextTest, TextTestShape,
     "ends with this text"},
    {"matches", TestKind::kMatches, true, ReadPatterns, TextTestShape,
     "a regular expression (RE2) is found somewhere in it"},
    {"at_least", TestKind::kAtLeast, false, ReadNumberTest, NumberShape,
     "this number or more"},
    {"at_most", TestKind::kAtMost, false, ReadNumberTest, NumberShape,
     "this number or less"},
    {"above", TestKind::kAbove, false, ReadNumberTest, NumberShape,
     "more than this number"},
    {"below", TestKind::kBelow, false, ReadNumberTest, NumberShape,
     "less than this number"},
    {"between", TestKind::kBetween, false, ReadBetween, RangeShape,
     "from the first number to the second, both included"},
    {"exists", TestKind::kExists, false, ReadExists, ExistsShape,
     "whether the event has the property at all"},
}};
constexpr std::string_view kIgnoreCase = "ignore_case";

MappingShape TestsMapping(Nature nature, std::string name) {
  MappingShape shape = {std::move(name), {}};
  KeyRule needs = {KeyRule::Kind::kNeedsOne, {std::string(kIgnoreCase)}};
  for (const TestRow& row : kTests) {
    shape.keys.push_back({std::string(row.key),
                          row.shape(nature),
                          std::string(row.meaning),
                          {}});
    if (row.takes_ignore_case) needs.keys.emplace_back(row.key);
  }
  shape.keys.push_back({std::string(kIgnoreCase),
                        TrueOrFalse(),
                        "capital and small letters are the same to the text "
                        "tests beside it, in all scripts (`Ä` and `ä`, `Σ` and "
                        "`ς`; not `ß` and `ss`)",
                        {"`false`"}});
  shape.rules = {needs};
  shape.minimum_size = 1;
  return shape;
}

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
    test.place = tested.place;
    row.read(*value, tested, scope, test);
    tests.push_back(std::move(test));
  }
  if (node.entries.empty()) {
    scope.Fault("empty-mapping", node.place,
                Concat("found no test on property ", Quoted(tested.property)));
  }
}

}  // namespace

Nature NatureOf(std::string_view property) {
  if (IsTextProperty(property)) return Nature::kText;
  return IsNumberProperty(property) ? Nature::kNumber : Nature::kAny;
}

ValueShape TestsShape(Nature nature) {
  const std::string_view prefix = nature == Nature::kNumber ? "number-"
                                  : nature == Nature::kText ? "text-"
                                                            : "";
  const std::string mapping = Concat(prefix, "tests");
  const auto make = [nature, mapping] {
    return Either({EqualityShape(nature), MappingOf(mapping, [=] {
                     return TestsMapping(nature, mapping);
                   })});
  };
  return Said("value, list of values or mapping of tests",
              Named(Concat(prefix, "property"), make));
}

void ReadTests(const Node& node, const Tested& tested, const Scope& scope,
               std::vector<PropertyTest>& tests) {
  if (node.kind == Node::Kind::kMapping) {
    ReadTestMapping(node, tested, scope, tests);
    return;
  }
  PropertyTest test;
  test.property = tested.property;
  test.place = tested.place;
  ReadEquality(node, tested, scope, test);
  tests.push_back(std::move(test));
}

}  // namespace audienced
