#include "rules/engine/everybody.h"

#include <algorithm>
#include <memory>

#include "rules/engine/share_out.h"

namespace audienced {
namespace {

// Histories lie all over the memory; so many profiles before its turn one is
// asked for.
constexpr size_t kAhead = 8;

}  // namespace

void EvaluateEverybody(
    const Projection& projection, size_t count,
    absl::FunctionRef<EvaluatedProfile(int, size_t)> profile_of, int threads,
    absl::FunctionRef<void(int, size_t, Evaluation&)> each,
    absl::FunctionRef<void(size_t)> progress) {
  std::vector<std::unique_ptr<Evaluation>> evaluations(threads);
  ShareOut(count, threads, [&](int thread, size_t begin, size_t end) {
    if (evaluations[thread] == nullptr) {
      evaluations[thread] = std::make_unique<Evaluation>(projection);
    }
    Evaluation& evaluation = *evaluations[thread];
    for (size_t i = begin; i < end; ++i) {
      const EvaluatedProfile profile = profile_of(thread, i);
      evaluation.TurnTo(profile.history, profile.key);
      each(thread, i, evaluation);
    }
    if (thread == 0) progress(end);
  });
}

std::vector<std::vector<uint32_t>> EverybodyAt(
    const Projection& projection, size_t count,
    absl::FunctionRef<EvaluatedProfile(size_t)> profile_of, Instant t,
    int threads) {
  using Lists = std::vector<std::vector<uint32_t>>;
  const size_t audience_count = projection.rulebook().audience_count();
  std::vector<Lists> of_threads(threads, Lists(audience_count));
  EvaluateEverybody(
      projection, count,
      [&](int, size_t i) {
        if (i + kAhead < count) profile_of(i + kAhead).history.Prefetch();
        return profile_of(i);
      },
      threads,
      [&](int thread, size_t profile, Evaluation& evaluation) {
        evaluation.ForEachThatHolds(t, [&](size_t audience) {
          of_threads[thread][audience].push_back(
              static_cast<uint32_t>(profile));
        });
      },
      [](size_t) {});
  // The threads take portions in turn, so each of their lists rises.
  Lists lists = std::move(of_threads[0]);
  for (int thread = 1; thread < threads; ++thread) {
    for (size_t a = 0; a < audience_count; ++a) {
      const auto middle = static_cast<ptrdiff_t>(lists[a].size());
      lists[a].insert(lists[a].end(), of_threads[thread][a].begin(),
                      of_threads[thread][a].end());
      std::inplace_merge(lists[a].begin(), lists[a].begin() + middle,
                         lists[a].end());
    }
  }
  return lists;
}

}  // namespace audienced
