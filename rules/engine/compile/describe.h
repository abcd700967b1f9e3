#ifndef AUDIENCED_RULES_ENGINE_COMPILE_DESCRIBE_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_DESCRIBE_H_

#include <string>

#include "rules/language/model.h"

namespace audienced {

// A condition, a selector, an audience as one line that people can read:
// `sequence: did carted, then did_not purchased or uncarted for 1h; same
// item_id; in_last 3d`. Canonical: two texts are equal exactly when the meaning
// is, given the same conversions and the same time zone. So it also serves to
// find equal conditions.
std::string Describe(const Condition& condition);
std::string Describe(const Selector& selector);
std::string Describe(const Selection& selection);
std::string Describe(const Window& window);
std::string Describe(const Comparison& comparison);
std::string Describe(const Where& where);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_DESCRIBE_H_
