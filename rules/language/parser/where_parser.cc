#include <optional>
#include <string>

#include "rules/history/event.h"
#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/known_properties.h"
#include "rules/language/parser/property_test_parser.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

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
    ReadTests(entry.value, {*property, NatureOf(*property), entry.key.place},
              scope, where.item_tests);
  }
}

// Tests on the known properties that `belongs` takes, and on any other.
template <typename Belongs>
void AddKnownProperties(Belongs belongs, MappingShape& shape) {
  for (const KnownProperty& property : KnownProperties()) {
    if (!belongs(property.name)) continue;
    shape.keys.push_back({std::string(property.name),
                          TestsShape(NatureOf(property.name)),
                          std::string(property.meaning),
                          {}});
  }
  shape.others = TestsShape(Nature::kAny);
  shape.minimum_size = 1;
}

MappingShape ItemMapping() {
  MappingShape shape = {"item", {}};
  AddKnownProperties(IsItemProperty, shape);
  return shape;
}

MappingShape WhereMapping() {
  MappingShape shape = {"where", {}};
  shape.keys.push_back({"item",
                        Said("tests", MappingOf("item", ItemMapping)),
                        "some single item of the event passes all these tests",
                        {}});
  AddKnownProperties([](std::string_view) { return true; }, shape);
  return shape;
}

}  // namespace

ValueShape WhereShape() {
  return Said("tests on properties", MappingOf("where", WhereMapping));
}

ValueShape TraitTestsShape() {
  ValueShape shape = NamesTo(TestsShape(Nature::kAny), "");
  shape.said = "tests on traits";
  shape.minimum_size = 1;
  return shape;
}

Where ReadWhere(const Node& node, const Scope& scope) {
  Where where;
  if (!CheckTestsSomething(node, "'where'", scope)) return where;
  for (const Node::Entry& entry : node.entries) {
    const auto property =
        ReadPropertyName(entry.key, "the name of a property", scope);
    if (!property) continue;
    if (*property == "item") {
      ReadItemTests(entry.value, scope, where);
    } else {
      ReadTests(entry.value, {*property, NatureOf(*property), entry.key.place},
                scope, where.tests);
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
    if (!trait) continue;
    ReadTests(entry.value, {*trait, Nature::kAny, entry.key.place}, scope,
              tests);
  }
  return tests;
}

}  // namespace audienced
