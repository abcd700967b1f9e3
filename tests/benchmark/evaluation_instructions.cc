// Evaluates a small fixed set of people, for callgrind to count the
// instructions of: evaluation_instructions_test.sh compares them with the last
// figure.

#include <cstdio>

#include "rules/engine/evaluation.h"
#include "tests/benchmark/sample_people.h"

namespace audienced {

// What is counted. A function of its own so that making the people is not.
[[gnu::noinline]] int64_t EvaluateFixedPeople(const SamplePeople& people) {
  Evaluation evaluation(people.projection());
  int64_t told = 0;
  for (size_t i = 0; i < people.size(); ++i) {
    evaluation.TurnTo(*people[i].history, people[i].key);
    evaluation.ForEachThatHolds(kSampleEnd, [&](size_t) { ++told; });
    evaluation.ForEachStanding(kSampleEnd, {},
                               [&](size_t, const Standing&) { ++told; });
  }
  return told;
}

}  // namespace audienced

int main() {
  for (const std::string& rules :
       {audienced::CanonicalRules(), audienced::ManyRules(64)}) {
    const audienced::SamplePeople people(audienced::CompileRules(rules),
                                         audienced::UsualCounts(1'000));
    std::printf("%zu events, %lld told\n", people.event_count(),
                static_cast<long long>(audienced::EvaluateFixedPeople(people)));
  }
  return 0;
}
