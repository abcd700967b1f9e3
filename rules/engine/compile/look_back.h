#ifndef AUDIENCED_RULES_ENGINE_COMPILE_LOOK_BACK_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_LOOK_BACK_H_

#include "rules/engine/compile/program.h"

namespace audienced {

// How far before an instant the conditions of audiences are asked for, so that
// all can be told there: the longest `stay` and `rejoin_after`, with those of
// the audiences that an audience looks at. Sets
// AudienceProgram::conditions_look_back.
Micros SetLookBack(Program& program);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_LOOK_BACK_H_
