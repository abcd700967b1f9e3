#ifndef AUDIENCED_RULES_LANGUAGE_MEANING_SENTENCE_H_
#define AUDIENCED_RULES_LANGUAGE_MEANING_SENTENCE_H_

#include <string>

#include "rules/language/model.h"

namespace audienced {

// A condition, a selector and their parts as one line for people, in the order
// in which their author wrote them: `sequence did carted then did_not purchased
// or uncarted for 1h, same item_id, in_last 3d`. For comparison see
// canonical_text.h.
std::string Describe(const Condition& condition);
std::string Describe(const Selector& selector);
std::string Describe(const Selection& selection);
std::string Describe(const Window& window);
std::string Describe(const Comparison& comparison);
std::string Describe(const Where& where);
std::string Describe(const PropertyTest& test);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_MEANING_SENTENCE_H_
