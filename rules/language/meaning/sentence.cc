#include "rules/language/meaning/sentence.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/language/duration_text.h"

namespace audienced {
namespace {

constexpr std::array<const char*, 12> kTestNames = {
    "is",       "is_not",  "contains", "starts_with", "ends_with", "matches",
    "at_least", "at_most", "above",    "below",       "between",   "exists"};
constexpr std::array<const char*, 8> kWordNames = {
    "today",      "yesterday",  "this_week", "last_week",
    "this_month", "last_month", "this_year", "last_year"};
constexpr std::array<const char*, 6> kComparisonNames = {
    "exactly", "at_least", "at_most", "above", "below", "between"};
constexpr std::array<const char*, 7> kAggregateNames = {
    "times", "sum", "average", "minimum", "maximum", "distinct", "days"};

template <size_t N, typename Enum>
const char* NameOf(const std::array<const char*, N>& names, Enum value) {
  return names[static_cast<size_t>(value)];
}

std::string DescribeValue(const Value& value) {
  if (const Decimal* number = value.number()) return ToText(*number);
  if (const bool* boolean = value.boolean()) return *boolean ? "true" : "false";
  return value.text() ? absl::StrCat("'", *value.text(), "'") : "null";
}

std::string DescribeTests(const std::vector<PropertyTest>& tests) {
  std::vector<std::string> texts;
  for (const PropertyTest& test : tests) texts.push_back(Describe(test));
  std::sort(texts.begin(), texts.end());
  return absl::StrJoin(texts, " and ");
}

std::string WhereText(const Where& where) {
  return where.empty() ? "" : absl::StrCat(" where ", Describe(where));
}

std::string WindowText(const Window& window) {
  const std::string text = Describe(window);
  return text.empty() ? "" : absl::StrCat(", ", text);
}

std::string DescribeAggregate(const Aggregate& aggregate) {
  const std::string comparison = Describe(aggregate.comparison);
  if (aggregate.kind == Aggregate::Kind::kTimes && comparison == "at_least 1") {
    return "";
  }
  std::string text = NameOf(kAggregateNames, aggregate.kind);
  if (!aggregate.of.empty()) absl::StrAppend(&text, " of ", aggregate.of);
  return absl::StrCat(", ", text, " ", comparison);
}

std::string DescribeNode(const Did& did) {
  std::string text = absl::StrCat(did.negated ? "did_not " : "did ",
                                  Describe(did.of), WhereText(did.where));
  if (did.which == Did::Which::kFirst) absl::StrAppend(&text, ", which first");
  if (did.which == Did::Which::kLast) absl::StrAppend(&text, ", which last");
  absl::StrAppend(&text, DescribeAggregate(did.aggregate));
  if (!did.same.empty()) absl::StrAppend(&text, ", same ", did.same);
  if (did.in_one_session) absl::StrAppend(&text, ", in_one session");
  return absl::StrCat(text, WindowText(did.window));
}

std::string DescribeStep(const Step& step) {
  std::string text = absl::StrCat(step.negated ? "did_not " : "did ",
                                  Describe(step.of), WhereText(step.where));
  if (step.within) {
    absl::StrAppend(&text, " within ", DurationText(*step.within));
  }
  if (step.for_at_least) {
    absl::StrAppend(&text, " for ", DurationText(*step.for_at_least));
  }
  return text;
}

std::string DescribeNode(const Sequence& sequence) {
  std::vector<std::string> steps;
  for (const Step& step : sequence.steps) steps.push_back(DescribeStep(step));
  std::string text = absl::StrCat("sequence ", absl::StrJoin(steps, " then "));
  if (!sequence.same.empty()) absl::StrAppend(&text, ", same ", sequence.same);
  if (sequence.all_within) {
    absl::StrAppend(&text, ", all_within ", DurationText(*sequence.all_within));
  }
  if (sequence.anchor == Sequence::Anchor::kAny) {
    absl::StrAppend(&text, ", anchor any");
  }
  return absl::StrCat(text, WindowText(sequence.window));
}

std::string DescribeNode(const Combination& combination) {
  std::vector<std::string> parts;
  for (const Condition& part : combination.parts) {
    parts.push_back(Describe(part));
  }
  const std::string list = absl::StrJoin(parts, "; ");
  switch (combination.kind) {
    case Combination::Kind::kAll:
      return absl::StrCat("all [", list, "]");
    case Combination::Kind::kAny:
      return absl::StrCat("any [", list, "]");
    case Combination::Kind::kNone:
      return absl::StrCat("none [", list, "]");
  }
  return "";
}

std::string DescribeNode(const TraitTests& traits) {
  return absl::StrCat("trait ", DescribeTests(traits.tests));
}

std::string DescribeNode(const InAudience& in) {
  return absl::StrCat(in.negated ? "not_in_audience " : "in_audience ",
                      in.audience);
}

std::string DescribeNode(const OnRung& on) {
  return absl::StrCat("on_rung ", on.rung, " of ", on.ladder,
                      WindowText(on.window));
}

std::string DescribeNode(const ScoreTest& test) {
  return absl::StrCat("score ", test.score, " ", Describe(test.comparison));
}

std::string DescribeNode(const KnownFor& known) {
  return absl::StrCat("known_for ", DurationText(known.at_least));
}

std::string DescribeNode(const Sample& sample) {
  return absl::StrCat("sample ", ToText(sample.percent), "%",
                      sample.salt.empty() ? "" : " salt ", sample.salt);
}

std::string DescribeNode(const Consented& consented) {
  return absl::StrCat("consented ", consented.purpose);
}

}  // namespace

std::string Describe(const Condition& condition) {
  return std::visit([](const auto& node) { return DescribeNode(node); },
                    condition.node);
}

std::string Describe(const PropertyTest& test) {
  std::string text =
      absl::StrCat(test.property, " ", NameOf(kTestNames, test.kind), " ");
  if (test.kind == TestKind::kExists) {
    return absl::StrCat(text, test.expected ? "true" : "false");
  }
  std::vector<std::string> values;
  for (const Value& value : test.values) values.push_back(DescribeValue(value));
  absl::StrAppend(&text, absl::StrJoin(values, " or "));
  if (test.ignore_case) absl::StrAppend(&text, " ignoring case");
  return text;
}

std::string Describe(const Where& where) {
  std::string text = DescribeTests(where.tests);
  if (where.item_tests.empty()) return text;
  return absl::StrCat(text, text.empty() ? "" : " and ", "one item with (",
                      DescribeTests(where.item_tests), ")");
}

std::string Describe(const Selector& selector) {
  const std::string names = selector.any_event
                                ? "any event"
                                : absl::StrJoin(selector.event_names, " or ");
  return absl::StrCat("event ", names, WhereText(selector.where));
}

std::string Describe(const Selection& selection) {
  if (selection.inline_selector) {
    return absl::StrCat("(", Describe(*selection.inline_selector), ")");
  }
  std::vector<std::string> names;
  for (const NamedConversion& named : selection.conversions) {
    names.push_back(named.name);
  }
  return absl::StrJoin(names, " or ");
}

std::string Describe(const Window& window) {
  switch (window.kind) {
    case Window::Kind::kEver:
      return "";
    case Window::Kind::kInLast:
      return absl::StrCat("in_last ", DurationText(window.below));
    case Window::Kind::kAgo:
      return absl::StrCat(
          "ago at_least ", DurationText(window.at_least),
          window.below == absl::InfiniteDuration()
              ? ""
              : absl::StrCat(" below ", DurationText(window.below)));
    case Window::Kind::kSince:
      return absl::StrCat("since ", TimestampText(window.from));
    case Window::Kind::kBetween:
      return absl::StrCat("between ", TimestampText(window.from), " and ",
                          TimestampText(window.until));
    case Window::Kind::kCalendar:
      return absl::StrCat("in ", NameOf(kWordNames, window.word));
  }
  return "";
}

std::string Describe(const Comparison& comparison) {
  std::string text = absl::StrCat(NameOf(kComparisonNames, comparison.kind),
                                  " ", ToText(comparison.bound));
  if (comparison.kind == Comparison::Kind::kBetween) {
    absl::StrAppend(&text, " and ", ToText(comparison.upper));
  }
  return text;
}

}  // namespace audienced
