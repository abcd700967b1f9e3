#include "rules/language/schema/shape.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "rules/source/message.h"

namespace audienced {
namespace {

using Kind = ValueShape::Kind;

ValueShape Pattern(std::string said, std::string_view pattern) {
  ValueShape shape;
  shape.said = std::move(said);
  shape.pattern = pattern;
  return shape;
}

ValueShape Of(Kind kind, std::string said) {
  ValueShape shape;
  shape.kind = kind;
  shape.said = std::move(said);
  return shape;
}

}  // namespace

KeyShape& MappingShape::Key(std::string_view key) {
  const auto found =
      std::find_if(keys.begin(), keys.end(),
                   [key](const KeyShape& one) { return one.name == key; });
  assert(found != keys.end() && "the mapping must have the key");
  return *found;
}

MappingShape MappingShape::Only(
    std::string new_name, const std::vector<std::string_view>& names) const {
  MappingShape part;
  part.name = std::move(new_name);
  for (const KeyShape& key : keys) {
    if (std::find(names.begin(), names.end(), key.name) != names.end()) {
      part.keys.push_back(key);
    }
  }
  return part;
}

std::string_view NamePattern() { return "^[a-z][a-z0-9_-]{0,62}$"; }

ValueShape FreeText() {
  ValueShape shape = Of(Kind::kText, "text");
  shape.takes_numbers = true;
  return shape;
}

ValueShape NameText(std::string said) {
  return Pattern(std::move(said), NamePattern());
}

ValueShape AnyNumber() { return Of(Kind::kNumber, "number"); }

ValueShape WholeNumber(int64_t minimum) {
  ValueShape shape =
      Of(Kind::kNumber, Concat("whole number from ", std::to_string(minimum)));
  shape.whole = true;
  shape.minimum = minimum;
  return shape;
}

ValueShape TrueOrFalse() { return Of(Kind::kBoolean, "`true` or `false`"); }

ValueShape DurationText() {
  return Pattern("duration",
                 "^(?=.)([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$");
}

ValueShape SpanText() {
  return Pattern(
      "duration",
      "^(?=.*[1-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$");
}

ValueShape PercentText() {
  return Pattern("percentage",
                 "^0*(100(\\.0+)?|[0-9]{1,2}(\\.[0-9]{1,6}0*)?)%$");
}

ValueShape InstantText() {
  return Pattern("date or timestamp",
                 "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
                 "([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?"
                 "([Zz]|[+-][0-9]{2}:[0-9]{2}))?$");
}

ValueShape OneWord(std::vector<std::string> words) {
  ValueShape shape = Of(Kind::kWord, "");
  for (const std::string& word : words) {
    shape.said += Concat(shape.said.empty() ? "`" : " or `", word, "`");
  }
  shape.words = std::move(words);
  return shape;
}

ValueShape ListOf(ValueShape element) {
  ValueShape shape = Of(Kind::kList, Concat("list of: ", element.said));
  shape.parts.push_back(std::move(element));
  shape.minimum_size = 1;
  return shape;
}

ValueShape PairOf(ValueShape element) {
  ValueShape shape = ListOf(std::move(element));
  shape.said = Concat("two in a list: ", shape.parts[0].said);
  shape.minimum_size = 2;
  shape.maximum_size = 2;
  return shape;
}

ValueShape NamesTo(ValueShape value, std::string pattern) {
  ValueShape shape = Of(Kind::kNames, Concat("names, each with: ", value.said));
  shape.parts.push_back(std::move(value));
  shape.pattern = std::move(pattern);
  return shape;
}

ValueShape Either(std::vector<ValueShape> parts) {
  ValueShape shape = Of(Kind::kEither, "");
  for (const ValueShape& part : parts) {
    shape.said += Concat(shape.said.empty() ? "" : ", or ", part.said);
  }
  shape.parts = std::move(parts);
  return shape;
}

ValueShape MappingOf(std::string name, std::function<MappingShape()> mapping) {
  ValueShape shape = Of(Kind::kMapping, "mapping");
  shape.name = std::move(name);
  shape.mapping = std::move(mapping);
  return shape;
}

ValueShape Named(std::string name, std::function<ValueShape()> make) {
  ValueShape shape = Of(Kind::kNamed, name);
  shape.name = std::move(name);
  shape.shape = std::move(make);
  return shape;
}

ValueShape Said(std::string said, ValueShape shape) {
  shape.said = std::move(said);
  return shape;
}

}  // namespace audienced
