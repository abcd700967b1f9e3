#include "rules/engine/sequence/step_assignment.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "rules/language/parser/step_count.h"

namespace audienced {

static_assert(kStepLimit == kStepCountLimit, "rules have no more steps");

namespace {

StepSet Bits(int first, int last) {
  const StepSet up_to =
      last >= kStepLimit - 1 ? ~StepSet{0} : (StepSet{1} << (last + 1)) - 1;
  return up_to & ~((StepSet{1} << first) - 1);
}

}  // namespace

bool StepAssignment::Possible(int first, int last,
                              const std::vector<int>& required) const {
  if (takes_.size() == 1) {
    return first == last && ((takes_[0] >> first) & 1) != 0;
  }
  const StepSet steps = Bits(first, last);
  return CoversSteps(steps, -1) && CoversEvents(required, steps, -1);
}

bool StepAssignment::PossibleWith(int event, int step, int first, int last,
                                  const std::vector<int>& required) const {
  if (((takes_[event] >> step) & 1) == 0) return false;
  if (takes_.size() == 1) return first == last && step == first;
  const StepSet rest = Bits(first, last) & ~(StepSet{1} << step);
  return CoversSteps(rest, event) && CoversEvents(required, rest, event);
}

// Augmenting paths from the side of the steps.
bool StepAssignment::CoversSteps(StepSet steps, int taken) const {
  std::vector<int> step_of(takes_.size(), -1);
  std::vector<bool> visited;
  const std::function<bool(int)> place = [&](int step) {
    for (size_t event = 0; event < takes_.size(); ++event) {
      const bool fits = ((takes_[event] >> step) & 1) != 0;
      if (!fits || visited[event] || static_cast<int>(event) == taken) continue;
      visited[event] = true;
      if (step_of[event] < 0 || place(step_of[event])) {
        step_of[event] = step;
        return true;
      }
    }
    return false;
  };
  for (; steps != 0; steps &= steps - 1) {
    visited.assign(takes_.size(), false);
    if (!place(std::countr_zero(steps))) return false;
  }
  return true;
}

// Augmenting paths from the side of the required events.
bool StepAssignment::CoversEvents(const std::vector<int>& required,
                                  StepSet steps, int taken) const {
  std::vector<int> event_of(kStepLimit, -1);
  StepSet visited = 0;
  const std::function<bool(int)> place = [&](int event) {
    for (StepSet open = takes_[event] & steps; open != 0; open &= open - 1) {
      const int step = std::countr_zero(open);
      if ((visited >> step) & 1) continue;
      visited |= StepSet{1} << step;
      if (event_of[step] < 0 || place(event_of[step])) {
        event_of[step] = event;
        return true;
      }
    }
    return false;
  };
  return std::all_of(required.begin(), required.end(), [&](int event) {
    visited = 0;
    return event == taken || place(event);
  });
}

}  // namespace audienced
