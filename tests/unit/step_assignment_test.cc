#include "rules/engine/sequence/step_assignment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

namespace audienced {
namespace {

// Tries every way to give the steps out.
bool PossibleByTrying(const std::vector<StepSet>& takes, int first, int last,
                      const std::vector<int>& required, int event, int step) {
  std::vector<int> order(takes.size());
  std::iota(order.begin(), order.end(), 0);
  const int steps = last - first + 1;
  if (steps > static_cast<int>(order.size())) return false;
  do {
    bool fits = true;
    for (int i = 0; i < steps && fits; ++i) {
      fits = ((takes[order[i]] >> (first + i)) & 1) != 0;
    }
    const auto used = [&](int wanted) {
      return std::find(order.begin(), order.begin() + steps, wanted) !=
             order.begin() + steps;
    };
    if (fits && std::all_of(required.begin(), required.end(), used) &&
        (event < 0 || order[step - first] == event)) {
      return true;
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

TEST(StepAssignmentTest, AgreesWithTryingEverything) {
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    const int events = 1 + static_cast<int>(random() % 5);
    std::vector<StepSet> takes;
    for (int i = 0; i < events; ++i) takes.push_back(random() % 16);
    const int first = static_cast<int>(random() % 4);
    const int last = first + static_cast<int>(random() % (4 - first));
    std::vector<int> required;
    for (int i = 0; i < events; ++i) {
      if (events > 1 && random() % 3 == 0) required.push_back(i);
    }
    const StepAssignment assignment(takes);
    ASSERT_EQ(assignment.Possible(first, last, required),
              PossibleByTrying(takes, first, last, required, -1, first))
        << "round " << round;
    const int event = static_cast<int>(random() % events);
    const int step = first + static_cast<int>(random() % (last - first + 1));
    ASSERT_EQ(assignment.PossibleWith(event, step, first, last, required),
              PossibleByTrying(takes, first, last, required, event, step))
        << "round " << round;
  }
}

}  // namespace
}  // namespace audienced
