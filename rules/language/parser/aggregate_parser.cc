#include <algorithm>
#include <array>
#include <optional>

#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/known_properties.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

struct ComparisonRow {
  std::string_view key;
  Comparison::Kind kind;
  std::string_view meaning;
};

constexpr std::array<ComparisonRow, 6> kComparisons = {{
    {"exactly", Comparison::Kind::kExactly, "this number and no other"},
    {"at_least", Comparison::Kind::kAtLeast, "this number or more"},
    {"at_most", Comparison::Kind::kAtMost, "this number or less"},
    {"above", Comparison::Kind::kAbove, "more than this number"},
    {"below", Comparison::Kind::kBelow, "less than this number"},
    {"between", Comparison::Kind::kBetween,
     "from the first number to the second, both included"},
}};

constexpr std::array<std::string_view, 6> kComparisonKeys = {
    "exactly", "at_least", "at_most", "above", "below", "between"};

struct AggregateRow {
  std::string_view key;
  Aggregate::Kind kind;
  bool needs_property;
  std::string_view meaning;
};

constexpr std::array<AggregateRow, 7> kAggregates = {{
    {"times", Aggregate::Kind::kTimes, false,
     "how many events; a number alone means at least as many"},
    {"sum", Aggregate::Kind::kSum, true,
     "the values of a property added up; of no event it is 0"},
    {"average", Aggregate::Kind::kAverage, true,
     "the mean of a property; never true where no event has it"},
    {"minimum", Aggregate::Kind::kMinimum, true,
     "the smallest value of a property; never true where no event has it"},
    {"maximum", Aggregate::Kind::kMaximum, true,
     "the largest value of a property; never true where no event has it"},
    {"distinct", Aggregate::Kind::kDistinct, true,
     "how many different values of a property"},
    {"days", Aggregate::Kind::kDays, false,
     "on how many different days of the calendar"},
}};

constexpr std::array<std::string_view, 7> kAggregateKeys = {
    "times", "sum", "average", "minimum", "maximum", "distinct", "days"};

// Times, distinct values and days are counted: whole and never below zero.
bool Counts(Aggregate::Kind kind) {
  return kind == Aggregate::Kind::kTimes ||
         kind == Aggregate::Kind::kDistinct || kind == Aggregate::Kind::kDays;
}

void ReadBounds(const Node& value, std::string_view what, const Scope& scope,
                Comparison& comparison) {
  if (comparison.kind != Comparison::Kind::kBetween) {
    comparison.bound = ReadNumber(value, what, scope).value_or(Decimal{});
    return;
  }
  if (value.kind != Node::Kind::kSequence || value.elements.size() != 2) {
    scope.Fault("wrong-kind", value.place,
                Concat("found ", Found(value),
                       "; 'between' has two numbers: [10, 20]"));
    return;
  }
  const auto lower = ReadNumber(value.elements[0], what, scope);
  const auto upper = ReadNumber(value.elements[1], what, scope);
  if (!lower || !upper) return;
  if (*upper < *lower) {
    scope.Fault("empty-range", value.place,
                "the range is empty; the second number must not be below the "
                "first");
    return;
  }
  comparison.bound = *lower;
  comparison.upper = *upper;
}

void CheckIsCount(const Decimal& bound, const Node& node, std::string_view what,
                  const Scope& scope) {
  if (bound.millionths >= 0 && bound.millionths % Decimal::kScale == 0) return;
  scope.Fault("bad-number", node.place,
              Concat("found ", ToText(bound), "; ", what,
                     " is a whole number that is not negative"));
}

constexpr std::array<Field<Aggregate>, 1> kOf = {{
    {"of",
     [](const Node& value, const Scope& at, Aggregate& target) {
       target.of = ReadPropertyName(value, "a property", at).value_or("");
       target.of_place = value.place;
     },
     [] { return Said("property", FreeText()); },
     "the property of the event or of its items", kRequired},
}};

// What an aggregate is compared by.
ValueShape AggregateShape(const AggregateRow& row) {
  const bool counts = Counts(row.kind);
  const std::string name = Concat(row.needs_property ? "property-" : "",
                                  counts ? "count" : "amount");
  const ValueShape number = counts ? WholeNumber(0) : AnyNumber();
  const bool needs_property = row.needs_property;
  const auto make = [name, number, needs_property] {
    MappingShape shape = {name, {}};
    if (needs_property) AddKeys<Aggregate>(kOf, shape);
    AddComparisonKeys(number, shape);
    return shape;
  };
  const ValueShape mapping =
      Said(needs_property ? "`of` and a comparison" : "comparison",
           MappingOf(name, make));
  if (row.kind != Aggregate::Kind::kTimes) return mapping;
  return Either({WholeNumber(1), mapping});
}

void ReadAggregateMapping(const Node& node, const AggregateRow& row,
                          const Scope& scope, Aggregate& aggregate) {
  const std::string what = Concat("'", row.key, "'");
  const absl::Span<const Field<Aggregate>> fields =
      row.needs_property ? absl::Span<const Field<Aggregate>>(kOf)
                         : absl::Span<const Field<Aggregate>>();
  if (!ReadFields(node, {what, {ComparisonKeys()}}, fields, scope, aggregate)) {
    return;
  }
  aggregate.comparison = ReadComparison(node, what, scope);
  if (!Counts(row.kind)) return;
  CheckIsCount(aggregate.comparison.bound, node, what, scope);
  CheckIsCount(aggregate.comparison.upper, node, what, scope);
}

}  // namespace

KeyNames ComparisonKeys() { return kComparisonKeys; }

void AddComparisonKeys(const ValueShape& number, MappingShape& shape) {
  for (const ComparisonRow& row : kComparisons) {
    const bool is_range = row.kind == Comparison::Kind::kBetween;
    shape.keys.push_back({std::string(row.key),
                          is_range ? PairOf(number) : number,
                          std::string(row.meaning),
                          {}});
  }
  shape.rules.push_back({KeyRule::Kind::kExactlyOne,
                         {kComparisonKeys.begin(), kComparisonKeys.end()}});
}

Comparison ReadComparison(const Node& mapping, std::string_view what,
                          const Scope& scope) {
  Comparison comparison;
  CheckAtMostOne(mapping, kComparisonKeys, "two-comparisons",
                 "one comparison is enough; a range is 'between: [10, 20]'",
                 scope);
  for (const ComparisonRow& row : kComparisons) {
    const Node* value = mapping.Find(row.key);
    if (value == nullptr) continue;
    comparison.kind = row.kind;
    ReadBounds(*value, Quoted(row.key), scope, comparison);
    return comparison;
  }
  // A key that is not known had its fault; it was meant to be one.
  const bool is_known = std::all_of(
      mapping.entries.begin(), mapping.entries.end(),
      [](const Node::Entry& entry) { return entry.key.text == "of"; });
  if (!is_known) return comparison;
  scope.Fault("missing-key", mapping.place,
              Concat("found no comparison; ", what,
                     " compares with exactly, at_least, at_most, above, below "
                     "or between"));
  return comparison;
}

KeyNames AggregateKeys() { return kAggregateKeys; }

void AddAggregateKeys(MappingShape& shape) {
  for (const AggregateRow& row : kAggregates) {
    shape.keys.push_back({std::string(row.key),
                          AggregateShape(row),
                          std::string(row.meaning),
                          {}});
  }
  shape.Key("times").otherwise = {"at least once"};
  shape.rules.push_back({KeyRule::Kind::kAtMostOne,
                         {kAggregateKeys.begin(), kAggregateKeys.end()}});
}

Aggregate ReadAggregate(const Node& mapping, const Scope& scope) {
  Aggregate aggregate;
  CheckAtMostOne(mapping, kAggregateKeys, "two-aggregates",
                 "a condition has one; combine two conditions with 'all'",
                 scope);
  for (const AggregateRow& row : kAggregates) {
    const Node* value = mapping.Find(row.key);
    if (value == nullptr) continue;
    aggregate.kind = row.kind;
    aggregate.place = value->place;
    const bool shorthand = row.kind == Aggregate::Kind::kTimes &&
                           value->kind == Node::Kind::kScalar;
    if (shorthand) {
      const auto times = ReadWhole(*value, "'times'", 1, scope);
      if (times) aggregate.comparison.bound = Decimal::FromInteger(*times);
    } else {
      ReadAggregateMapping(*value, row, scope, aggregate);
    }
    break;
  }
  return aggregate;
}

bool HoldsForNothing(const Aggregate& aggregate) {
  switch (aggregate.kind) {
    case Aggregate::Kind::kAverage:
    case Aggregate::Kind::kMinimum:
    case Aggregate::Kind::kMaximum:
      return false;
    case Aggregate::Kind::kTimes:
    case Aggregate::Kind::kSum:
    case Aggregate::Kind::kDistinct:
    case Aggregate::Kind::kDays:
      break;
  }
  const Decimal zero;
  const Comparison& comparison = aggregate.comparison;
  switch (comparison.kind) {
    case Comparison::Kind::kExactly:
      return zero == comparison.bound;
    case Comparison::Kind::kAtLeast:
      return zero >= comparison.bound;
    case Comparison::Kind::kAtMost:
      return zero <= comparison.bound;
    case Comparison::Kind::kAbove:
      return zero > comparison.bound;
    case Comparison::Kind::kBelow:
      return zero < comparison.bound;
    case Comparison::Kind::kBetween:
      return comparison.bound <= zero && zero <= comparison.upper;
  }
  return false;
}

}  // namespace audienced
