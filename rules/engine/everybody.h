#ifndef AUDIENCED_RULES_ENGINE_EVERYBODY_H_
#define AUDIENCED_RULES_ENGINE_EVERYBODY_H_

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "rules/engine/share_out.h"
#include "rules/history/history.h"

namespace audienced {

// What an evaluation needs of a profile. Borrowed.
struct EvaluatedProfile {
  const History* history = nullptr;
  std::string_view key;
};

// Evaluates the profiles [0, count) on `threads` threads numbered from 0:
// `profile_of` and `each` get the number of their thread and that of the
// profile, and `each` an evaluation that was turned to it. What `profile_of`
// answers is needed until the same thread asks again. `progress` is told from
// one thread how many profiles are done; the others are called from all at
// once. Threads take `portion` profiles at a time, in rising order.
//
//   EvaluatedProfile profile_of(int thread, size_t profile);
//   void each(int thread, size_t profile, Evaluation& evaluation);
//   void progress(size_t done);
template <typename ProfileOf, typename Each, typename Progress>
void EvaluateEverybody(const Projection& projection, size_t count,
                       ProfileOf profile_of, int threads, Each each,
                       Progress progress, size_t portion = kShareOutPortion);

template <typename ProfileOf, typename Each, typename Progress>
void EvaluateEverybody(const Projection& projection, size_t count,
                       ProfileOf profile_of, int threads, Each each,
                       Progress progress, size_t portion) {
  std::vector<std::unique_ptr<Evaluation>> evaluations(threads);
  const auto evaluate = [&](int thread, size_t begin, size_t end) {
    if (evaluations[thread] == nullptr) {
      evaluations[thread] = std::make_unique<Evaluation>(projection);
    }
    Evaluation& evaluation = *evaluations[thread];
    for (size_t i = begin; i < end; ++i) {
      const EvaluatedProfile profile = profile_of(thread, i);
      evaluation.TurnTo(*profile.history, profile.key);
      each(thread, i, evaluation);
    }
    if (thread == 0) progress(end);
  };
  ShareOut(count, threads, evaluate, portion);
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_EVERYBODY_H_
