#ifndef AUDIENCED_RULES_ENGINE_EVERYBODY_H_
#define AUDIENCED_RULES_ENGINE_EVERYBODY_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// What an evaluation needs of a profile. Borrowed.
struct EvaluatedProfile {
  const History& history;
  std::string_view key;
};

// Evaluates the profiles [0, count) on `threads` threads numbered from 0:
// `profile_of` and `each` get the number of their thread and that of the
// profile, and `each` an evaluation that was turned to it. What `profile_of`
// answers is needed until the same thread asks again. `progress` is told from
// one thread how many profiles are done; the others are called from all at
// once.
void EvaluateEverybody(
    const Projection& projection, size_t count,
    absl::FunctionRef<EvaluatedProfile(int thread, size_t profile)> profile_of,
    int threads,
    absl::FunctionRef<void(int thread, size_t profile, Evaluation& evaluation)>
        each,
    absl::FunctionRef<void(size_t done)> progress);

// The members of every audience at `t`, by number, each list in rising order.
std::vector<std::vector<uint32_t>> EverybodyAt(
    const Projection& projection, size_t count,
    absl::FunctionRef<EvaluatedProfile(size_t profile)> profile_of, Instant t,
    int threads);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_EVERYBODY_H_
