#include "rules/engine/compile/property_match.h"

#include <re2/re2.h>

#include <algorithm>

#include "absl/functional/function_ref.h"
#include "rules/language/meaning/canonical_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// The pattern of a text that is wanted; absent where none is needed. Without
// case it is RE2 that compares, so that all text tests know the same letters.
std::optional<std::string> PatternOf(const PropertyTest& test,
                                     const std::string& wanted) {
  if (test.kind == TestKind::kMatches) return wanted;
  if (!test.ignore_case) return std::nullopt;
  const std::string literal = re2::RE2::QuoteMeta(wanted);
  switch (test.kind) {
    case TestKind::kIs:
    case TestKind::kIsNot:
      return Concat("\\A", literal, "\\z");
    case TestKind::kStartsWith:
      return Concat("\\A", literal);
    case TestKind::kEndsWith:
      return Concat(literal, "\\z");
    default:
      return literal;
  }
}

std::shared_ptr<const re2::RE2> CompilePattern(const PropertyTest& test,
                                               const Value& value) {
  if (value.text() == nullptr) return nullptr;
  const std::optional<std::string> pattern = PatternOf(test, *value.text());
  if (!pattern) return nullptr;
  re2::RE2::Options options;
  options.set_case_sensitive(!test.ignore_case);
  options.set_log_errors(false);
  // Only a pattern of the author's own can be costly.
  if (test.kind == TestKind::kMatches) options.set_max_mem(kPatternMemoryBytes);
  return std::make_shared<re2::RE2>(*pattern, options);
}

// The text test on a text, against the value of that number.
bool PassesText(const CompiledTest& compiled, size_t wanted,
                const std::string& found) {
  if (const re2::RE2* pattern = compiled.patterns[wanted].get()) {
    return re2::RE2::PartialMatch(found, *pattern);
  }
  const std::string* text = compiled.test.values[wanted].text();
  if (text == nullptr) return false;
  switch (compiled.test.kind) {
    case TestKind::kIs:
    case TestKind::kIsNot:
      return found == *text;
    case TestKind::kContains:
      return found.find(*text) != std::string::npos;
    case TestKind::kStartsWith:
      return found.starts_with(*text);
    case TestKind::kEndsWith:
      return found.ends_with(*text);
    default:
      return false;
  }
}

// `is`: a number is compared as a number, so the text "51" of an event is 51;
// text and booleans equal only their own kind.
bool Equals(const CompiledTest& compiled, size_t number_of_wanted,
            const Value& found) {
  const Value& wanted = compiled.test.values[number_of_wanted];
  if (const Decimal* number = wanted.number()) {
    const std::optional<Decimal> value = AsNumber(found);
    return value.has_value() && *value == *number;
  }
  if (const bool* boolean = wanted.boolean()) {
    return found.boolean() != nullptr && *found.boolean() == *boolean;
  }
  return found.text() != nullptr &&
         PassesText(compiled, number_of_wanted, *found.text());
}

bool ComparesNumber(const PropertyTest& test, Decimal found) {
  const Decimal bound =
      test.values[0].number() ? *test.values[0].number() : Decimal{};
  switch (test.kind) {
    case TestKind::kAtLeast:
      return found >= bound;
    case TestKind::kAtMost:
      return found <= bound;
    case TestKind::kAbove:
      return found > bound;
    case TestKind::kBelow:
      return found < bound;
    case TestKind::kBetween:
      return found >= bound && found <= *test.values[1].number();
    default:
      return false;
  }
}

// Whether some value that is wanted, by its number, passes.
bool AnyWanted(const PropertyTest& test,
               absl::FunctionRef<bool(size_t)> passes) {
  for (size_t i = 0; i < test.values.size(); ++i) {
    if (passes(i)) return true;
  }
  return false;
}

// The positive test on one value that is no list.
bool PassesOne(const CompiledTest& compiled, const Value& found) {
  const PropertyTest& test = compiled.test;
  switch (test.kind) {
    case TestKind::kIs:
    case TestKind::kIsNot:
      return AnyWanted(test,
                       [&](size_t i) { return Equals(compiled, i, found); });
    case TestKind::kContains:
    case TestKind::kStartsWith:
    case TestKind::kEndsWith:
    case TestKind::kMatches:
      return found.text() != nullptr && AnyWanted(test, [&](size_t i) {
               return PassesText(compiled, i, *found.text());
             });
    case TestKind::kExists:
      return true;
    default: {
      const std::optional<Decimal> number = AsNumber(found);
      return number.has_value() && ComparesNumber(test, *number);
    }
  }
}

bool IsNegated(const PropertyTest& test) {
  return test.kind == TestKind::kIsNot ||
         (test.kind == TestKind::kExists && !test.expected);
}

// The test without its negation.
bool PassesPositive(const CompiledTest& test, const Value* value) {
  if (value == nullptr || value->is_null()) return false;
  if (test.test.kind == TestKind::kExists) return true;
  if (const Value::List* list = value->list()) {
    return std::any_of(list->begin(), list->end(), [&](const Value& element) {
      return !element.is_null() && PassesOne(test, element);
    });
  }
  return PassesOne(test, *value);
}

// The positive test on a property of one item.
bool ItemPassesPositive(const CompiledTest& test, const Properties& item) {
  if (test.test.property != "item_value") {
    return PassesPositive(test, item.FindPath(test.test.property));
  }
  const std::optional<Decimal> amount = ItemValue(item);
  if (!amount) return false;
  const Value value(*amount);
  return PassesPositive(test, &value);
}

// A negated test on an item name holds when no item passes the positive one.
bool SomeItemPasses(const CompiledTest& test,
                    const std::vector<Properties>& items) {
  const bool some = std::any_of(
      items.begin(), items.end(),
      [&](const Properties& item) { return ItemPassesPositive(test, item); });
  return some != IsNegated(test.test);
}

bool OneItemPassesAll(const std::vector<CompiledTest>& tests,
                      const std::vector<Properties>& items) {
  return std::any_of(items.begin(), items.end(), [&](const Properties& item) {
    return std::all_of(
        tests.begin(), tests.end(), [&](const CompiledTest& test) {
          return ItemPassesPositive(test, item) != IsNegated(test.test);
        });
  });
}

}  // namespace

CompiledTest Compile(const PropertyTest& test) {
  CompiledTest compiled;
  compiled.test = test;
  for (const Value& value : test.values) {
    compiled.patterns.push_back(CompilePattern(test, value));
  }
  return compiled;
}

CompiledSelector Compile(const Selector& selector) {
  CompiledSelector compiled;
  compiled.event_names = selector.event_names;
  std::sort(compiled.event_names.begin(), compiled.event_names.end());
  compiled.any_event = selector.any_event;
  for (const PropertyTest& test : selector.where.tests) {
    compiled.tests.push_back(Compile(test));
  }
  for (const PropertyTest& test : selector.where.item_tests) {
    compiled.item_tests.push_back(Compile(test));
  }
  compiled.meaning = CanonicalText(selector);
  return compiled;
}

bool Passes(const CompiledTest& test, const Value* value) {
  return PassesPositive(test, value) != IsNegated(test.test);
}

bool Satisfies(const Event& event, const std::vector<Properties>& items,
               const CompiledSelector& selector) {
  if (!selector.any_event &&
      !std::binary_search(selector.event_names.begin(),
                          selector.event_names.end(), event.name)) {
    return false;
  }
  for (const CompiledTest& test : selector.tests) {
    const bool passes =
        IsItemProperty(test.test.property)
            ? SomeItemPasses(test, items)
            : Passes(test, event.properties.FindPath(test.test.property));
    if (!passes) return false;
  }
  return selector.item_tests.empty() ||
         OneItemPassesAll(selector.item_tests, items);
}

bool KeepsWithMoreItems(const CompiledSelector& selector) {
  return std::none_of(selector.tests.begin(), selector.tests.end(),
                      [](const CompiledTest& test) {
                        return IsItemProperty(test.test.property) &&
                               IsNegated(test.test);
                      });
}

std::optional<Decimal> ItemValue(const Properties& item) {
  const Value* price_value = item.Find("price");
  if (price_value == nullptr) return std::nullopt;
  const std::optional<Decimal> price = AsNumber(*price_value);
  if (!price) return std::nullopt;
  const Value* quantity_value = item.Find("quantity");
  if (quantity_value == nullptr) return price;
  const std::optional<Decimal> quantity = AsNumber(*quantity_value);
  return Multiply(*price, quantity.value_or(Decimal::FromInteger(1)));
}

}  // namespace audienced
