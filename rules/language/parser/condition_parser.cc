#include "rules/language/parser/condition_parser.h"

#include <algorithm>
#include <array>

#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/foreign_words.h"
#include "rules/language/parser/modifiers.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

using Reader = void (*)(const Node& mapping, const Node& value,
                        const Scope& scope, Condition& condition);

// Only the naming key, and `others`, may stand in `mapping`.
void CheckConditionKeys(const Node& mapping, std::string_view key,
                        std::vector<std::string_view> others,
                        const Scope& scope) {
  others.push_back(key);
  const std::string what = Concat("a ", Quoted(key), " condition");
  CheckKeys(mapping, {what, {}, kModifiers}, others, {}, scope);
}

template <bool negated>
void ReadDidKind(const Node& mapping, const Node&, const Scope& scope,
                 Condition& condition) {
  condition.node = ReadDid(mapping, negated, scope);
}

void ReadSequenceKind(const Node& mapping, const Node&, const Scope& scope,
                      Condition& condition) {
  condition.node = ReadSequence(mapping, scope);
}

void ReadCombination(const Node& mapping, const Node& value,
                     std::string_view key, Combination::Kind kind,
                     const Scope& scope, Condition& condition) {
  CheckConditionKeys(mapping, key, {}, scope);
  Combination combination;
  combination.kind = kind;
  if (CheckIsFullList(value, "a condition", scope)) {
    for (size_t i = 0; i < value.elements.size(); ++i) {
      const Scope inside =
          scope.At(Concat(scope.path(), ".", key, "[", std::to_string(i), "]"));
      combination.parts.push_back(ReadCondition(value.elements[i], inside));
    }
  }
  condition.node = std::move(combination);
}

void ReadAll(const Node& mapping, const Node& value, const Scope& scope,
             Condition& condition) {
  ReadCombination(mapping, value, "all", Combination::Kind::kAll, scope,
                  condition);
}

void ReadAny(const Node& mapping, const Node& value, const Scope& scope,
             Condition& condition) {
  ReadCombination(mapping, value, "any", Combination::Kind::kAny, scope,
                  condition);
}

void ReadNone(const Node& mapping, const Node& value, const Scope& scope,
              Condition& condition) {
  ReadCombination(mapping, value, "none", Combination::Kind::kNone, scope,
                  condition);
}

void ReadTrait(const Node& mapping, const Node& value, const Scope& scope,
               Condition& condition) {
  CheckConditionKeys(mapping, "trait", {}, scope);
  condition.node = TraitTests{ReadTraitTests(value, scope)};
}

template <bool negated>
void ReadInAudience(const Node& mapping, const Node& value, const Scope& scope,
                    Condition& condition) {
  CheckConditionKeys(mapping, negated ? "not_in_audience" : "in_audience", {},
                     scope);
  InAudience in_audience;
  in_audience.negated = negated;
  in_audience.audience =
      ReadText(value, "the name of an audience", scope).value_or("");
  in_audience.place = value.place;
  condition.node = std::move(in_audience);
}

constexpr std::array<Field<OnRung>, 2> kOnRungFields = {{
    {"ladder",
     [](const Node& node, const Scope& at, OnRung& target) {
       target.ladder = ReadText(node, "the name of a ladder", at).value_or("");
       target.ladder_place = node.place;
     },
     [] { return NameText("name of a ladder"); }, "the ladder", kRequired},
    {"rung",
     [](const Node& node, const Scope& at, OnRung& target) {
       target.rung = ReadText(node, "the name of a rung", at).value_or("");
       target.rung_place = node.place;
     },
     [] { return NameText("name of a conversion"); },
     "the highest rung that was reached", kRequired},
}};

MappingShape OnRungShape() {
  MappingShape shape = {"on_rung", {}};
  AddKeys<OnRung>(kOnRungFields, shape);
  AddWindowKeys(shape);
  return shape;
}

void ReadOnRung(const Node& mapping, const Node& value, const Scope& scope,
                Condition& condition) {
  CheckConditionKeys(mapping, "on_rung", {}, scope);
  OnRung on_rung;
  if (ReadFields<OnRung>(value, {"'on_rung'", {WindowKeys()}, kModifiers},
                         kOnRungFields, scope, on_rung)) {
    on_rung.window = ReadWindow(value, scope);
  }
  condition.node = std::move(on_rung);
}

constexpr std::array<Field<ScoreTest>, 1> kScoreFields = {{
    {"of",
     [](const Node& node, const Scope& at, ScoreTest& target) {
       target.score = ReadText(node, "the name of a score", at).value_or("");
       target.place = node.place;
     },
     [] { return NameText("name of a score"); }, "the score", kRequired},
}};

MappingShape ScoreTestShape() {
  MappingShape shape = {"score-test", {}};
  AddKeys<ScoreTest>(kScoreFields, shape);
  AddComparisonKeys(AnyNumber(), shape);
  return shape;
}

void ReadScore(const Node& mapping, const Node& value, const Scope& scope,
               Condition& condition) {
  CheckConditionKeys(mapping, "score", {}, scope);
  ScoreTest test;
  if (ReadFields<ScoreTest>(value, {"'score'", {ComparisonKeys()}, kModifiers},
                            kScoreFields, scope, test)) {
    test.comparison = ReadComparison(value, "'score'", scope);
  }
  condition.node = std::move(test);
}

void ReadKnownFor(const Node& mapping, const Node& value, const Scope& scope,
                  Condition& condition) {
  CheckConditionKeys(mapping, "known_for", {}, scope);
  condition.node =
      KnownFor{ReadSpan(value, "span", scope).value_or(absl::Seconds(1))};
}

void ReadSample(const Node& mapping, const Node& value, const Scope& scope,
                Condition& condition) {
  CheckConditionKeys(mapping, "sample", {"salt"}, scope);
  Sample sample;
  sample.percent =
      ReadPercent(value, "'sample'", scope).value_or(Decimal::FromInteger(50));
  const Node* salt = mapping.Find("salt");
  if (salt != nullptr) {
    sample.salt = ReadText(*salt, "'salt'", scope).value_or("");
  }
  condition.node = std::move(sample);
}

void ReadConsented(const Node& mapping, const Node& value, const Scope& scope,
                   Condition& condition) {
  CheckConditionKeys(mapping, "consented", {}, scope);
  condition.node = Consented{
      ReadText(value, "a consent purpose", scope).value_or(""), value.place};
}

void AddSalt(MappingShape& shape) {
  shape.keys.push_back({"salt",
                        FreeText(),
                        "another salt draws another share, independent of "
                        "this one",
                        {}});
}

ValueShape ConditionsShape() {
  return Said("list of conditions", ListOf(ConditionShape()));
}
ValueShape AudienceNameShape() { return NameText("name of an audience"); }

struct ConditionRow {
  std::string_view key;
  Reader read;
  ValueShape (*shape)();
  std::string_view meaning;
  // Of the keys that may stand beside; null: none.
  void (*add_modifiers)(MappingShape& shape) = nullptr;
};

constexpr std::array<ConditionRow, 14> kConditions = {{
    {"did", ReadDidKind<false>, SelectionShape,
     "they did one of these, as often as asked, in the window", AddDidKeys},
    {"did_not", ReadDidKind<true>, SelectionShape,
     "the exact opposite of the same `did`", AddDidKeys},
    {"sequence", ReadSequenceKind, StepsShape,
     "they did one thing after another, with nothing of certain kinds between "
     "or after",
     AddSequenceKeys},
    {"all", ReadAll, ConditionsShape, "all of them hold"},
    {"any", ReadAny, ConditionsShape, "at least one of them holds"},
    {"none", ReadNone, ConditionsShape, "none of them holds"},
    {"trait", ReadTrait, TraitTestsShape,
     "what is known of the person passes the tests, by the latest values"},
    {"in_audience", ReadInAudience<false>, AudienceNameShape,
     "they are in that audience, steps 1 to 5 of it"},
    {"not_in_audience", ReadInAudience<true>, AudienceNameShape,
     "they are not in it"},
    {"on_rung", ReadOnRung,
     [] {
       return Said("`ladder` and `rung`", MappingOf("on_rung", OnRungShape));
     },
     "this is the highest rung of a ladder that they reached"},
    {"score", ReadScore,
     [] {
       return Said("`of` and a comparison",
                   MappingOf("score-test", ScoreTestShape));
     },
     "their score compares so at this instant"},
    {"known_for", ReadKnownFor, SpanText,
     "their first event is at least this long ago"},
    {"sample", ReadSample, PercentText,
     "they are in a random share of all people that never changes", AddSalt},
    {"consented", ReadConsented, [] { return NameText("purpose of consent"); },
     "they have agreed to this purpose"},
}};

MappingShape ShapeOf(const ConditionRow& row) {
  MappingShape shape = {Concat(row.key, "-condition"), {}};
  shape.keys.push_back(
      {std::string(row.key), row.shape(), std::string(row.meaning), kRequired});
  if (row.add_modifiers != nullptr) row.add_modifiers(shape);
  return shape;
}

const ConditionRow* FindRow(std::string_view key) {
  const auto row =
      std::find_if(kConditions.begin(), kConditions.end(),
                   [key](const ConditionRow& one) { return one.key == key; });
  return row == kConditions.end() ? nullptr : row;
}

// A mapping without any key that names a condition.
void FaultNoCondition(const Node& node, const Scope& scope) {
  std::vector<std::string_view> known;
  for (const ConditionRow& row : kConditions) known.push_back(row.key);
  for (const Node::Entry& entry : node.entries) {
    std::string help = HelpForForeignKey(entry.key.text, known);
    const std::string_view nearest = NearestName(entry.key.text, known);
    if (help.empty() && !nearest.empty()) {
      help = Concat("did you mean ", Quoted(nearest), "?");
    }
    if (help.empty()) continue;
    scope.Fault("unknown-key", entry.key.place,
                Concat("unknown condition ", Quoted(entry.key.text)),
                std::move(help));
    return;
  }
  std::string list;
  for (std::string_view key : known) {
    list += Concat(list.empty() ? "" : ", ", key);
  }
  scope.Fault("no-condition", node.place, "found no condition in this mapping",
              Concat("a condition is one of ", list));
}

ValueShape AnyConditionShape() {
  std::vector<ValueShape> kinds;
  for (const ConditionRow& row : kConditions) {
    kinds.push_back(MappingOf(Concat(row.key, "-condition"),
                              [&row] { return ShapeOf(row); }));
  }
  return Either(std::move(kinds));
}

// What to write where something else stands than a mapping.
std::string HelpForNoMapping(const Node& node) {
  const std::string_view odd_space = HelpForOddSpace(node);
  if (!odd_space.empty()) return std::string(odd_space);
  if (node.kind == Node::Kind::kScalar &&
      node.text.find(' ') != std::string::npos) {
    return "a condition is { did: viewed }; several are combined: { all: [{ "
           "did: viewed }, { did_not: purchased }] }";
  }
  if (node.kind == Node::Kind::kScalar) {
    return Concat("write { did: ", node.text, " }");
  }
  if (node.kind == Node::Kind::kSequence) {
    return "say how they combine: all: [...], any: [...] or none: [...]";
  }
  return "write it on the same line, { did: ... }, or indented below";
}

void FaultNoMapping(const Node& node, const Scope& scope) {
  scope.Fault("wrong-kind", node.place,
              Concat("found ", Found(node),
                     "; a condition is a mapping such as { did: ... }"),
              HelpForNoMapping(node));
}

}  // namespace

KeyNames ConditionKeys() {
  static constexpr auto kKeys = [] {
    std::array<std::string_view, kConditions.size()> keys;
    for (size_t i = 0; i < keys.size(); ++i) keys[i] = kConditions[i].key;
    return keys;
  }();
  return kKeys;
}

ValueShape ConditionShape() { return Named("condition", AnyConditionShape); }

Condition ReadCondition(const Node& node, const Scope& scope) {
  Condition condition;
  condition.path = scope.path();
  condition.place = node.place;
  if (node.kind != Node::Kind::kMapping) {
    FaultNoMapping(node, scope);
    return condition;
  }
  const Node::Entry* naming = nullptr;
  for (const Node::Entry& entry : node.entries) {
    if (FindRow(entry.key.text) == nullptr) continue;
    if (naming == nullptr) {
      naming = &entry;
      continue;
    }
    scope.Fault(
        "two-conditions", entry.key.place,
        Concat("found ", Quoted(entry.key.text), " beside ",
               Quoted(naming->key.text), "; a mapping holds one condition"),
        Concat("combine them: all: [{ ", naming->key.text, ": ... }, { ",
               entry.key.text, ": ... }]"));
    return condition;
  }
  if (naming == nullptr) {
    FaultNoCondition(node, scope);
    return condition;
  }
  condition.place = naming->key.place;
  FindRow(naming->key.text)->read(node, naming->value, scope, condition);
  return condition;
}

}  // namespace audienced
