#include "rules/engine/everybody.h"

#include <algorithm>

namespace audienced {
namespace {

// Histories lie all over the memory; so many profiles before its turn one is
// asked for.
constexpr size_t kAhead = 8;

}  // namespace

std::vector<std::vector<uint32_t>> EverybodyAt(
    const Projection& projection, absl::Span<const EvaluatedProfile> profiles,
    Instant t, int threads) {
  using Lists = std::vector<std::vector<uint32_t>>;
  const size_t audience_count = projection.rulebook().audience_count();
  std::vector<Lists> of_threads(threads, Lists(audience_count));
  EvaluateEverybody(
      projection, profiles.size(),
      [&](int, size_t i) {
        const size_t ahead = i + kAhead;
        if (ahead < profiles.size()) profiles[ahead].history->Prefetch();
        return profiles[i];
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
