#ifndef AUDIENCED_RULES_ENGINE_COMPILE_PROPERTY_MATCH_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_PROPERTY_MATCH_H_

#include <memory>
#include <string>
#include <vector>

#include "rules/history/event.h"
#include "rules/language/model.h"

namespace re2 {
class RE2;
}

namespace audienced {

// A test on a property, with its patterns compiled.
struct CompiledTest {
  PropertyTest test;
  // One for each of its values; null where none is needed.
  std::vector<std::shared_ptr<const re2::RE2>> patterns;
};

// An event selector with its patterns compiled: a letter of the alphabet.
struct CompiledSelector {
  std::vector<std::string> event_names;  // sorted
  bool any_event = false;
  std::vector<CompiledTest> tests;
  std::vector<CompiledTest> item_tests;
  std::string meaning;  // equal for equal selectors: CanonicalText()
};

CompiledTest Compile(const PropertyTest& test);
CompiledSelector Compile(const Selector& selector);

// Whether `value` passes; null is a missing property. Every test on a missing
// property is false, except the negated ones (`is_not`, `exists: false`), which
// are the exact complement of the positive test.
bool Passes(const CompiledTest& test, const Value* value);

// Whether `event`, read with `items` as its items, satisfies `selector`.
bool Satisfies(const Event& event, const std::vector<Properties>& items,
               const CompiledSelector& selector);

// Whether an event that satisfies `selector` still does with more items. Tests
// that no item passes are what makes the difference.
bool KeepsWithMoreItems(const CompiledSelector& selector);

// Price times quantity of an item, quantity 1 where absent. Absent where the
// item has no price.
std::optional<Decimal> ItemValue(const Properties& item);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_PROPERTY_MATCH_H_
