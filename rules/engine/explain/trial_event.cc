#include "rules/engine/explain/trial_event.h"

#include <utility>

#include "rules/source/message.h"

namespace audienced {
namespace {

// A text that no rule and no history is likely to have.
constexpr char kOtherText[] = "another";

Decimal Beside(const Decimal& bound, int64_t steps) {
  return {bound.millionths + steps * Decimal::kScale};
}

// A number that the comparison accepts.
Decimal PassingNumber(const Comparison& comparison) {
  switch (comparison.kind) {
    case Comparison::Kind::kAbove:
      return Beside(comparison.bound, 1);
    case Comparison::Kind::kBelow:
      return Beside(comparison.bound, -1);
    default:
      return comparison.bound;
  }
}

// Sets `path` in `properties`; a dotted one is an object in an object.
void SetPath(Properties& properties, const std::string& path, Value value) {
  const size_t dot = path.find('.');
  if (dot == std::string::npos) {
    properties.Set(path, std::move(value));
    return;
  }
  const std::string name = path.substr(0, dot);
  Properties inner;
  if (const Value* known = properties.Find(name);
      known != nullptr && known->object() != nullptr) {
    inner = *known->object();
  }
  SetPath(inner, path.substr(dot + 1), std::move(value));
  properties.Set(name, Value(std::move(inner)));
}

void Apply(const PropertyTest& test, Event& event, Properties& item) {
  Value value = PassingValue(test);
  if (value.is_null()) return;
  SetPath(IsItemProperty(test.property) ? item : event.properties,
          test.property, std::move(value));
}

void Apply(const Where& where, Event& event, Properties& item) {
  for (const PropertyTest& test : where.tests) Apply(test, event, item);
  for (const PropertyTest& test : where.item_tests) {
    Value value = PassingValue(test);
    if (!value.is_null()) SetPath(item, test.property, std::move(value));
  }
}

}  // namespace

Value PassingValue(const PropertyTest& test) {
  switch (test.kind) {
    case TestKind::kIsNot:
      return Value();
    case TestKind::kExists:
      return test.expected ? Value(kOtherText) : Value();
    case TestKind::kAbove:
      if (const Decimal* bound = test.values.front().number()) {
        return Value(Beside(*bound, 1));
      }
      break;
    case TestKind::kBelow:
      if (const Decimal* bound = test.values.front().number()) {
        return Value(Beside(*bound, -1));
      }
      break;
    default:
      break;
  }
  return test.values.empty() ? Value() : test.values.front();
}

Event EventFor(const Selector& selector, const Where& where) {
  Event event;
  event.name =
      selector.event_names.empty() ? "event" : selector.event_names.front();
  Properties item;
  Apply(selector.where, event, item);
  Apply(where, event, item);
  if (!item.empty()) event.items.push_back(std::move(item));
  return event;
}

void SetGroup(Event& event, const std::string& property,
              const std::vector<std::string>& values) {
  if (!IsItemProperty(property)) {
    for (const std::string& value : values) {
      SetPath(event.properties, property, Value(value));
    }
    return;
  }
  const Properties like =
      event.items.empty() ? Properties() : event.items.front();
  event.items.clear();
  for (const std::string& value : values) {
    Properties item = like;
    item.Set(property, Value(value));
    event.items.push_back(std::move(item));
  }
}

std::string SetCounted(Event& event, const Aggregate& aggregate) {
  if (aggregate.of.empty()) return "";
  Value value(PassingNumber(aggregate.comparison));
  std::string words =
      Concat(" with ", aggregate.of, " ", AsText(value).value_or(""));
  if (aggregate.kind == Aggregate::Kind::kDistinct) {
    value = Value(kOtherText);
    words = Concat(" with another ", aggregate.of);
  }
  if (!IsItemProperty(aggregate.of)) {
    SetPath(event.properties, aggregate.of, std::move(value));
    return words;
  }
  if (event.items.empty()) event.items.emplace_back();
  event.items.front().Set(aggregate.of == "item_value" ? "price" : aggregate.of,
                          std::move(value));
  return words;
}

}  // namespace audienced
