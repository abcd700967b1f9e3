// How long it takes to say who is in: per profile and kind of rule, for the
// eight canonical questions, and for ever more rules. One thread; an item is a
// profile.

#include <benchmark/benchmark.h>

#include <string>
#include <utility>
#include <vector>

#include "rules/engine/evaluation.h"
#include "tests/benchmark/sample_people.h"

namespace audienced {
namespace {

// Who holds, at one instant.
void WhoHolds(benchmark::State& state, const std::string& rules,
              const std::vector<int>& counts) {
  const SamplePeople people(CompileRules(rules), counts);
  Evaluation evaluation(people.projection());
  int64_t members = 0;
  for (auto _ : state) {
    members = 0;
    for (size_t i = 0; i < people.size(); ++i) {
      evaluation.TurnTo(*people[i].history, people[i].key);
      evaluation.ForEachThatHolds(kSampleEnd, [&](size_t) { ++members; });
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(people.size()));
  state.counters["members"] = static_cast<double>(members);
}

// What a commit asks: who holds, who will, and since and until when.
void Standings(benchmark::State& state, const std::string& rules,
               const std::vector<int>& counts) {
  const SamplePeople people(CompileRules(rules), counts);
  Evaluation evaluation(people.projection());
  int64_t told = 0;
  for (auto _ : state) {
    told = 0;
    for (size_t i = 0; i < people.size(); ++i) {
      evaluation.TurnTo(*people[i].history, people[i].key);
      evaluation.ForEachStanding(kSampleEnd, {},
                                 [&](size_t, const Standing&) { ++told; });
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<int64_t>(people.size()));
  state.counters["told"] = static_cast<double>(told);
}

void Register(const std::string& name, const std::string& rules,
              const std::vector<int>& counts) {
  benchmark::RegisterBenchmark(("WhoHolds/" + name).c_str(), WhoHolds, rules,
                               counts)
      ->Unit(benchmark::kMillisecond);
  benchmark::RegisterBenchmark(("Standings/" + name).c_str(), Standings, rules,
                               counts)
      ->Unit(benchmark::kMillisecond);
}

void RegisterAll() {
  const std::vector<int> counts = UsualCounts(20'000);
  Register("canonical", CanonicalRules(), counts);
  Register("one-with-100k-events", CanonicalRules(), {100'000});
  for (const int count : {8, 64, 512, 4096}) {
    Register("rules:" + std::to_string(count), ManyRules(count), counts);
  }
  for (const auto& [word, rules] : RulesByKind()) Register(word, rules, counts);
}

}  // namespace
}  // namespace audienced

int main(int argc, char** argv) {
  audienced::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
