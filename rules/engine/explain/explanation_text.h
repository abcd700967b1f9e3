#ifndef AUDIENCED_RULES_ENGINE_EXPLAIN_EXPLANATION_TEXT_H_
#define AUDIENCED_RULES_ENGINE_EXPLAIN_EXPLANATION_TEXT_H_

#include <string>

#include "rules/engine/explain/explanation.h"
#include "rules/source/render.h"

namespace audienced {

struct ExplanationStyle {
  Color color = Color::kNever;
  bool utf8 = false;  // marks are ✔ and ✘ rather than [yes] and [no]
  // Where an instant of the past is explained, the present: what ended before
  // it may have been ended by an event.
  Instant now = Instant::Never();
};

// The one place where an explanation becomes text for people: since when and
// until when, which events would change it, and below that the tree of
// conditions, each with its mark, its events and the same of itself:
//
//     since 2026-03-01T10:00:00Z
//     until 2026-03-04T10:00:00Z, if nothing more happens
//     an event of 'purchased' for boot would take the profile out
//
//   [yes] sequence did carted then did_not purchased for 1h  shop.yaml:9
//         since 2026-03-01T10:00:00Z
//         2026-03-01T10:00:00Z  add_to_cart  boot
//
// Texts that came with events are shown without control characters. Each line
// ends with a line feed.
std::string RenderExplanation(const Explanation& explanation,
                              const ExplanationStyle& style);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_EXPLAIN_EXPLANATION_TEXT_H_
