#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_CLIMB_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_CLIMB_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "rules/engine/compile/program.h"
#include "rules/engine/sequence/step_assignment.h"
#include "rules/history/instant.h"

namespace audienced {

// An event with the rungs of a ladder that it can be: bit i for rung i, of at
// most kStepLimit.
struct Climb {
  Instant time;
  StepSet rungs = 0;
};

// The run up a ladder that begins with `climbs[start]`, which can be the first
// rung: the instant at which each rung is reached, as far as it goes. The rungs
// come in order, none skipped, at any time after or with the one before, each
// less than `all_within` after the first (0: any time), the events different.
// Being further earlier is never worse, so at each instant as many rungs as
// possible are taken. `climbs` are in order of time; there is a rung at least.
std::vector<Instant> RunFrom(absl::Span<const Climb> climbs, size_t start,
                             size_t rung_count, Micros all_within);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_CLIMB_H_
