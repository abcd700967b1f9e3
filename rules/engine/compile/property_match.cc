#include "rules/engine/compile/property_match.h"

#include <re2/re2.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "rules/language/meaning/canonical_text.h"

namespace audienced {
namespace {

absl::string_view View(const std::string& text) {
  return {text.data(), text.size()};
}

bool PassesText(const PropertyTest& test, const std::string& wanted,
                const std::string& found) {
  const absl::string_view text = View(found);
  const absl::string_view word = View(wanted);
  switch (test.kind) {
    case TestKind::kIs:
    case TestKind::kIsNot:
      return test.ignore_case ? absl::EqualsIgnoreCase(text, word)
                              : text == word;
    case TestKind::kContains:
      return test.ignore_case ? absl::StrContains(absl::AsciiStrToLower(text),
                                                  absl::AsciiStrToLower(word))
                              : absl::StrContains(text, word);
    case TestKind::kStartsWith:
      return test.ignore_case ? absl::StartsWithIgnoreCase(text, word)
                              : absl::StartsWith(text, word);
    case TestKind::kEndsWith:
      return test.ignore_case ? absl::EndsWithIgnoreCase(text, word)
                              : absl::EndsWith(text, word);
    default:
      return false;
  }
}

// `is`: a number is compared as a number, so the text "51" of an event is 51;
// text and booleans equal only their own kind.
bool Equals(const PropertyTest& test, const Value& wanted, const Value& found) {
  if (const Decimal* number = wanted.number()) {
    const std::optional<Decimal> value = AsNumber(found);
    return value.has_value() && *value == *number;
  }
  if (const bool* boolean = wanted.boolean()) {
    return found.boolean() != nullptr && *found.boolean() == *boolean;
  }
  return wanted.text() != nullptr && found.text() != nullptr &&
         PassesText(test, *wanted.text(), *found.text());
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

// The positive test on one value that is no list.
bool PassesOne(const CompiledTest& compiled, const Value& found) {
  const PropertyTest& test = compiled.test;
  switch (test.kind) {
    case TestKind::kIs:
    case TestKind::kIsNot:
      return std::any_of(
          test.values.begin(), test.values.end(),
          [&](const Value& wanted) { return Equals(test, wanted, found); });
    case TestKind::kContains:
    case TestKind::kStartsWith:
    case TestKind::kEndsWith:
      return found.text() != nullptr &&
             std::any_of(test.values.begin(), test.values.end(),
                         [&](const Value& wanted) {
                           return wanted.text() != nullptr &&
                                  PassesText(test, *wanted.text(),
                                             *found.text());
                         });
    case TestKind::kMatches:
      return found.text() != nullptr &&
             std::any_of(compiled.patterns.begin(), compiled.patterns.end(),
                         [&](const std::shared_ptr<const re2::RE2>& pattern) {
                           return re2::RE2::PartialMatch(*found.text(),
                                                         *pattern);
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
  if (test.kind != TestKind::kMatches) return compiled;
  for (const Value& value : test.values) {
    re2::RE2::Options options;
    options.set_case_sensitive(!test.ignore_case);
    options.set_log_errors(false);
    options.set_max_mem(kPatternMemoryBytes);
    compiled.patterns.push_back(
        std::make_shared<re2::RE2>(*value.text(), options));
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
