#ifndef AUDIENCED_RULES_ENGINE_CONTEXT_H_
#define AUDIENCED_RULES_ENGINE_CONTEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "rules/engine/evaluation.h"

namespace audienced {

// What the `context` of the audience names, at `t`, as one JSON object in
// canonical form. Its names are those of the proto message Context:
//
//   items       the lines of the evidence, one an item, latest values
//   cart        added minus removed minus purchased quantities per item up to
//               `t`, of events that are not beyond retention; a purchase that
//               names no items empties the cart
//   value       the sum of price times quantity of the cart where it is named,
//               else of the items; per currency
//   last_event  name and time of the last event
//   scores, traits  by name
//
// Prices, quantities and amounts are decimal texts.
std::string RenderContext(const Projection& projection, const History& history,
                          Evaluation& evaluation, size_t audience, Instant t);

// Offers the instants at which the context can change: by a future event that
// is already known, or because one is beyond retention.
void OfferContextBreaks(const Projection& projection, const History& history,
                        size_t audience, NextInstant& next);

// Whether the difference of two contexts is worth a change: a score or the last
// event alone is not.
bool ContextDiffers(std::string_view left, std::string_view right);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_CONTEXT_H_
