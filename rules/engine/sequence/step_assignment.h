#ifndef AUDIENCED_RULES_ENGINE_SEQUENCE_STEP_ASSIGNMENT_H_
#define AUDIENCED_RULES_ENGINE_SEQUENCE_STEP_ASSIGNMENT_H_

#include <cstdint>
#include <utility>
#include <vector>

namespace audienced {

// Sets of steps of a sequence, one bit each.
using StepSet = uint64_t;
inline constexpr int kStepLimit = 64;

// The events of one instant are to be given to consecutive steps of a sequence:
// each step one event, each event at most one step, and each event that would
// count against the choice must itself be chosen.
//
// Almost always an instant has one event; then the answer is a bit test. With
// more it is a matching of bipartite graphs: one that covers all steps and one
// that covers all required events exist exactly when one that covers both does
// (Mendelsohn and Dulmage, 1958).
class StepAssignment {
 public:
  // `takes[e]` says which steps event e can be.
  explicit StepAssignment(std::vector<StepSet> takes)
      : takes_(std::move(takes)) {}

  // Whether the steps [first, last] (both included) can all be given out so
  // that every event of `required` is used.
  bool Possible(int first, int last, const std::vector<int>& required) const;

  // The same, with `event` given to `step`.
  bool PossibleWith(int event, int step, int first, int last,
                    const std::vector<int>& required) const;

 private:
  // `taken` is an event that is not to be given out; -1: none.
  bool CoversSteps(StepSet steps, int taken) const;
  bool CoversEvents(const std::vector<int>& required, StepSet steps,
                    int taken) const;

  std::vector<StepSet> takes_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_SEQUENCE_STEP_ASSIGNMENT_H_
