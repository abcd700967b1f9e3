#ifndef AUDIENCED_RULES_ENGINE_EXPLAIN_TRIAL_EVENT_H_
#define AUDIENCED_RULES_ENGINE_EXPLAIN_TRIAL_EVENT_H_

#include <string>
#include <vector>

#include "rules/history/event.h"
#include "rules/language/model.h"

namespace audienced {

// An event that `selector` and `where` mean, as simple as their tests allow. A
// pattern (`matches`) is taken as text, so an event for one may not be meant:
// who uses it looks whether it is.
Event EventFor(const Selector& selector, const Where& where);

// Gives `event` the values of a grouping: one item for each where `property` is
// of items; else the one value.
void SetGroup(Event& event, const std::string& property,
              const std::vector<std::string>& values);

// Gives `event` a value that the aggregate counts: one that satisfies its
// comparison alone. Answers with the words for it: " with value 500"; empty for
// aggregates that look at no property.
std::string SetCounted(Event& event, const Aggregate& aggregate);

// A value that passes `test`; null where a missing one does.
Value PassingValue(const PropertyTest& test);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_EXPLAIN_TRIAL_EVENT_H_
