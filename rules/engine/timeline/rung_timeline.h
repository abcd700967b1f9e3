#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_RUNG_TIMELINE_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_RUNG_TIMELINE_H_

#include "rules/engine/timeline/event_selection.h"
#include "rules/engine/timeline/signal.h"

namespace audienced {

// When the rung of `on` is the highest rung reached: over the events of the
// first rung in the window, the longest run of the rungs in order, each less
// than `all_within` after the first, no rung skipped, the events different.
Signal OnRungSignal(const CompiledOnRung& on, EventSelection& selection);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_RUNG_TIMELINE_H_
