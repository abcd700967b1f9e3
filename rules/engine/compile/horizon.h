#ifndef AUDIENCED_RULES_ENGINE_COMPILE_HORIZON_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_HORIZON_H_

#include "rules/engine/compile/program.h"

namespace audienced {

// Tells each `did`, sequence and rung of `program`, whose retention is set, how
// far back it looks, and a `did` how many events decide.
void SetHorizons(Program& program);

// How old an event must be at `t` so that it lies outside of `window` at `t`
// and ever after; kLooksBackForEver where no age is enough.
Micros HorizonOf(const CompiledWindow& window, const Program& program);

// `horizon` and `micros` more.
Micros Further(Micros horizon, Micros micros);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_HORIZON_H_
