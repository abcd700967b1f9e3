#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

constexpr std::string_view kAnyEvent = "*";

void ReadWhereOfSelector(const Node& node, const Scope& scope,
                         Selector& selector) {
  selector.where = ReadWhere(node, scope);
}

constexpr std::array<Field<Selector>, 2> kSelectorFields = {{
    {"event", ReadEventNames, EventNamesShape,
     "the events that are meant, by name; `\"*\"` is any event", kRequired},
    {"where", ReadWhereOfSelector, WhereShape,
     "tests that the properties of the event must pass"},
}};

MappingShape SelectorShape() {
  MappingShape shape = {"selector", {}};
  AddKeys<Selector>(kSelectorFields, shape);
  return shape;
}

void ReadConversionNames(absl::Span<const Node> nodes, const Scope& scope,
                         Selection& selection) {
  std::set<std::string> names;
  for (const Node& node : nodes) {
    const auto name = ReadText(node, "the name of a conversion", scope);
    if (!name) continue;
    if (!names.insert(*name).second) {
      scope.Fault("duplicate-name", node.place,
                  Concat("conversion ", Quoted(*name),
                         " stands in the list twice; once is enough"));
      continue;
    }
    selection.conversions.push_back({*name, node.place});
  }
}

}  // namespace

ValueShape EventNamesShape() {
  ValueShape name = FreeText();
  name.said = "name of an event";
  ValueShape listed = name;
  listed.refused = {std::string(kAnyEvent)};
  return Said("name of an event, or a list of them",
              Either({name, ListOf(listed)}));
}

ValueShape SelectionShape() {
  const auto make = [] {
    ValueShape names = ListOf(NameText("name of a conversion"));
    names.distinct = true;
    return Either({NameText("name of a conversion"), names,
                   MappingOf("selector", SelectorShape)});
  };
  return Said("conversion, a list of them, or a selector",
              Named("selection", make));
}

void ReadEventNames(const Node& node, const Scope& scope, Selector& selector) {
  selector.event_place = node.place;
  if (node.kind == Node::Kind::kScalar && node.text == kAnyEvent) {
    selector.any_event = true;
    return;
  }
  if (node.kind == Node::Kind::kSequence) {
    for (const Node& element : node.elements) {
      if (element.text != kAnyEvent) continue;
      scope.Fault("any-event-in-list", element.place,
                  "found '*' in a list; any event includes the others",
                  "write event: \"*\" alone");
    }
    selector.event_names = ReadTextList(node, "the name of an event", scope);
  } else {
    const auto name = ReadText(node, "the name of an event", scope);
    if (name) selector.event_names.push_back(*name);
  }
  std::vector<std::string>& names = selector.event_names;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

Selector ReadSelector(const Node& node, const Scope& scope) {
  Selector selector;
  ReadFields<Selector>(node, {"a selector of events"}, kSelectorFields, scope,
                       selector);
  return selector;
}

Selection ReadSelection(const Node& node, const Scope& scope) {
  Selection selection;
  if (node.kind == Node::Kind::kMapping) {
    selection.inline_selector = ReadSelector(node, scope);
  } else if (node.kind == Node::Kind::kSequence) {
    if (CheckIsFullList(node, "the name of a conversion", scope)) {
      ReadConversionNames(node.elements, scope, selection);
    }
  } else {
    ReadConversionNames({&node, 1}, scope, selection);
  }
  return selection;
}

}  // namespace audienced
