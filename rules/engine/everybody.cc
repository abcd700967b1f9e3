#include "rules/engine/everybody.h"

#include <algorithm>
#include <atomic>
#include <thread>

namespace audienced {
namespace {

// How many profiles a thread takes at a time.
constexpr size_t kChunk = 1024;

// Histories lie all over the memory; so many profiles before its turn one is
// asked for.
constexpr size_t kAhead = 8;

}  // namespace

void EvaluateEverybody(const Projection& projection, size_t count,
                       absl::FunctionRef<EvaluatedProfile(size_t)> profile_of,
                       int threads,
                       absl::FunctionRef<void(int, size_t, Evaluation&)> each,
                       absl::FunctionRef<void(size_t)> progress) {
  std::atomic<size_t> next = 0;
  const auto work = [&](int thread) {
    Evaluation evaluation(projection);
    for (size_t begin = next.fetch_add(kChunk); begin < count;
         begin = next.fetch_add(kChunk)) {
      const size_t end = std::min(begin + kChunk, count);
      for (size_t i = begin; i < end; ++i) {
        if (i + kAhead < end) profile_of(i + kAhead).history.Prefetch();
        const EvaluatedProfile profile = profile_of(i);
        evaluation.TurnTo(profile.history, profile.key);
        each(thread, i, evaluation);
      }
      if (thread == 0) progress(end);
    }
  };
  std::vector<std::thread> others;
  for (int thread = 1; thread < threads; ++thread) {
    others.emplace_back(work, thread);
  }
  work(0);
  for (std::thread& other : others) other.join();
}

std::vector<std::vector<uint32_t>> EverybodyAt(
    const Projection& projection, size_t count,
    absl::FunctionRef<EvaluatedProfile(size_t)> profile_of, Instant t,
    int threads) {
  using Lists = std::vector<std::vector<uint32_t>>;
  const size_t audience_count = projection.rulebook().audience_count();
  std::vector<Lists> of_threads(threads, Lists(audience_count));
  EvaluateEverybody(
      projection, count, profile_of, threads,
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
