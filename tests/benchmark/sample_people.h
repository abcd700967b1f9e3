#ifndef AUDIENCED_TESTS_BENCHMARK_SAMPLE_PEOPLE_H_
#define AUDIENCED_TESTS_BENCHMARK_SAMPLE_PEOPLE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/engine/everybody.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// The rules that the benchmarks of the engine are about, as rule files.

// The eight questions of tests/benchmark/README.md.
std::string CanonicalRules();
// One rule each for a kind of condition, by a word for it.
std::vector<std::pair<std::string, std::string>> RulesByKind();
// `count` rules of one shape: so many events of a kind and category in a
// window, and none of another kind and category in another.
std::string ManyRules(int count);

// Of rules without errors; ends the program otherwise.
std::shared_ptr<const CompiledRulebook> CompileRules(const std::string& rules);

// How many events each of so many people has: ten on average, half of them two
// or three, some hundreds.
std::vector<int> UsualCounts(int people);

// People of a shop over 90 days that end at kSampleEnd: the same ones for the
// same counts.
class SamplePeople {
 public:
  // One person for each of `event_counts`.
  SamplePeople(std::shared_ptr<const CompiledRulebook> rulebook,
               const std::vector<int>& event_counts);

  const Projection& projection() const { return projection_; }
  size_t size() const { return histories_.size(); }
  size_t event_count() const { return event_count_; }
  EvaluatedProfile operator[](size_t i) const {
    return {&histories_[i], keys_[i]};
  }

 private:
  Projection projection_;
  std::vector<History> histories_;
  std::vector<std::string> keys_;
  size_t event_count_ = 0;
};

// 2026-10-30T00:00:00Z.
inline constexpr Instant kSampleEnd{int64_t{1'793'318'400} * 1'000'000};

}  // namespace audienced

#endif  // AUDIENCED_TESTS_BENCHMARK_SAMPLE_PEOPLE_H_
