#include <array>
#include <set>
#include <string>

#include "rules/language/parser/definition_parser.h"
#include "rules/language/parser/field_table.h"
#include "rules/language/parser/scalar_parser.h"
#include "rules/language/parser/step_count.h"

namespace audienced {
namespace {

void ReadRungs(const Node& node, const Scope& scope, Ladder& target) {
  if (!CheckIsFullList(node, "a conversion", scope)) return;
  std::set<std::string> names;
  for (const Node& element : node.elements) {
    const auto name = ReadText(element, "the name of a conversion", scope);
    if (!name) continue;
    if (!names.insert(*name).second) {
      scope.Fault("duplicate-name", element.place,
                  Concat("rung ", Quoted(*name),
                         " stands in the ladder twice; a rung is one "
                         "conversion"));
      continue;
    }
    target.rungs.push_back({*name, element.place});
  }
  CheckStepCount(node, "rungs", scope);
}

ValueShape RungsShape() {
  ValueShape shape = ListOf(NameText("name of a conversion"));
  shape.distinct = true;
  shape.maximum_size = kStepCountLimit;
  return shape;
}

constexpr std::array<Field<Ladder>, 2> kLadderFields = {{
    {"rungs", ReadRungs, RungsShape,
     "the conversions from the first step to the goal, in order; the last is "
     "macro",
     kRequired},
    {"all_within",
     [](const Node& node, const Scope& scope, Ladder& target) {
       target.all_within = ReadSpan(node, "window", scope);
     },
     SpanText,
     "every rung must come less than this after the first one",
     {"any time"}},
}};

void ReadPoints(const Node& node, const Scope& scope, Score& target) {
  if (!CheckIsMapping(node, "'points'", scope)) return;
  if (node.entries.empty()) {
    scope.Fault("empty-mapping", node.place,
                "'points' is empty; it must name at least one conversion");
  }
  for (const Node::Entry& entry : node.entries) {
    const auto name = ReadText(entry.key, "the name of a conversion", scope);
    const auto points = ReadNumber(entry.value, "the points", scope);
    if (!name || !points) continue;
    target.points.push_back({{*name, entry.key.place}, *points});
  }
}

constexpr std::array<Word<bool>, 1> kBy = {{{"quantity", true}}};

ValueShape PointsShape() {
  ValueShape shape = NamesTo(AnyNumber(), "");
  shape.said = "conversions, each with a number";
  shape.minimum_size = 1;
  return shape;
}

constexpr std::array<Field<Score>, 3> kScoreFields = {{
    {"points", ReadPoints, PointsShape,
     "what each event of a conversion adds; a negative number takes away",
     kRequired},
    {"half_life",
     [](const Node& node, const Scope& scope, Score& target) {
       target.half_life = ReadSpan(node, "half-life", scope);
     },
     SpanText,
     "after this time the points of an event count half, after twice the time "
     "a quarter, and so on",
     {"points keep their worth"}},
    {"by",
     [](const Node& node, const Scope& scope, Score& target) {
       target.by_quantity =
           ReadWord<bool>(node, "'by'", kBy, scope).value_or(false);
     },
     [] { return OneWordOf(kBy); },
     "points are times the number of pieces in the event; an event without "
     "items counts 1",
     {"points count once for each event"}},
}};

constexpr std::array<Word<bool>, 2> kConsentStates = {{
    {"granted", true},
    {"denied", false},
}};

}  // namespace

MappingShape LadderShape() {
  MappingShape shape = {"ladder", {}};
  AddKeys<Ladder>(kLadderFields, shape);
  return shape;
}

MappingShape ScoreShape() {
  MappingShape shape = {"score", {}};
  AddKeys<Score>(kScoreFields, shape);
  return shape;
}

ValueShape ConsentPurposeShape() { return OneWordOf(kConsentStates); }

void ReadLadder(const Node& node, const Scope& scope, Ladder& target) {
  ReadFields<Ladder>(node, {"a ladder"}, kLadderFields, scope, target);
}

void ReadScore(const Node& node, const Scope& scope, Score& target) {
  ReadFields<Score>(node, {"a score"}, kScoreFields, scope, target);
}

void ReadConsentPurpose(const Node& node, const Scope& scope,
                        ConsentPurpose& target) {
  target.granted_by_default =
      ReadWord<bool>(node, "a consent purpose", kConsentStates, scope)
          .value_or(false);
}

}  // namespace audienced
