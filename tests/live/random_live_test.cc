// Random rulebooks and histories, lived through by the daemon, the engine in
// virtual time and the oracle.

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "rules/engine/compile/compiled_rulebook.h"
#include "rules/language/duration_text.h"
#include "rules/language/load.h"
#include "rules/scenario/virtual_run.h"
#include "rules/source/render.h"
#include "tests/live/live_run.h"
#include "tests/live/random_scenario.h"
#include "tests/oracle/crossings.h"
#include "tests/oracle/generator/dice.h"
#include "tests/oracle/oracle.h"
#include "tests/oracle/seeds.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

// How many instants the members are asked at.
constexpr int kAskedInstants = 6;

// Some of the instants at which anything is received or changes, some just
// before one, some anywhere.
std::set<absl::Time> AskedInstants(const ScenarioTest& test,
                                   const std::vector<RecordedChange>& changes,
                                   oracle::Dice& dice) {
  std::vector<absl::Time> edges;
  for (const ScenarioEvent& event : test.events) {
    edges.push_back(event.event.received_at);
  }
  for (const ScenarioMerge& merge : test.merges) {
    edges.push_back(merge.received_at);
  }
  for (const RecordedChange& change : changes) {
    edges.push_back(ToTime(change.at));
  }
  const absl::Time start = edges.front();
  std::set<absl::Time> asked;
  for (int i = 0; i < kAskedInstants; ++i) {
    const absl::Time edge = edges[dice.Below(static_cast<int>(edges.size()))];
    const absl::Time within =
        start +
        absl::Microseconds(1) * ((test.end - start) / absl::Microseconds(1) /
                                 1000 * dice.Below(1000));
    asked.insert(dice.Weighted<absl::Time>(
        {{50, edge}, {30, edge - absl::Microseconds(1)}, {20, within}}));
  }
  return asked;
}

// What the oracle says of one instant.
class OracleMembers {
 public:
  OracleMembers(const Rulebook& rulebook, const RandomScenario& scenario,
                absl::Time t)
      : t_(ToInstant(t)) {
    for (auto& [name, events] : KnownAt(scenario.test, scenario.retention, t)) {
      oracle::Oracle oracle(rulebook, events, scenario.retention);
      is_sure_ = is_sure_ && !oracle::Crossings(rulebook, oracle).AreNear(t_);
      for (const Audience& audience : rulebook.audiences) {
        if (oracle.Holds(audience, t_)) members_[audience.name].push_back(name);
      }
    }
  }

  // Whether the language leaves no choice at this instant.
  bool is_sure() const { return is_sure_; }
  // Sorted.
  std::vector<std::string> Of(const std::string& audience) {
    return members_[audience];
  }

 private:
  const Instant t_;
  bool is_sure_ = true;
  std::map<std::string, std::vector<std::string>> members_;
};

std::vector<std::string> MembersOf(const VirtualRun& run, size_t audience,
                                   Instant t) {
  std::vector<std::string> members;
  for (const std::string& name : run.ProfileNames()) {
    if (run.Evaluate(name).At(audience, t).holds) members.push_back(name);
  }
  return members;
}

class RandomLiveTest : public StoreTest,
                       public testing::WithParamInterface<uint64_t> {};

TEST_P(RandomLiveTest, TheDaemonSaysWhatTheOracleSays) {
  RandomScenario scenario = ScenarioOf(GetParam());
  ScenarioTest& test = scenario.test;
  SCOPED_TRACE(
      absl::StrCat("AUDIENCED_SEEDS=", GetParam(), "\n", Text(scenario)));
  Diagnostics diagnostics;
  const auto rulebook = CompiledRulebook::Compile(
      LoadRulebook(scenario.rules, diagnostics), scenario.retention);
  ASSERT_FALSE(diagnostics.has_errors());
  VirtualRun to_the_end(test, rulebook);
  to_the_end.AdvanceTo(ToInstant(test.end));
  oracle::Dice dice(GetParam() + 1'000'000'007);
  VirtualRun run(test, rulebook);
  for (const absl::Time t : AskedInstants(test, to_the_end.changes(), dice)) {
    OracleMembers oracle(rulebook->model(), scenario, t);
    if (!oracle.is_sure()) continue;
    run.AdvanceTo(ToInstant(t));
    for (size_t i = 0; i < rulebook->audience_count(); ++i) {
      Expectation expected{t, rulebook->audience(i).name, {}, {}};
      const std::vector<std::string> members = oracle.Of(expected.audience);
      EXPECT_EQ(MembersOf(run, i, ToInstant(t)), members)
          << "in virtual time, " << expected.audience << " at "
          << TimestampText(t);
      for (const std::string& name : members) {
        expected.members.push_back({name, {}});
      }
      test.expectations.push_back(std::move(expected));
    }
  }
  LiveRun live(test, rulebook, scenario.rules, url());
  EXPECT_EQ(live.Run(), "");
}

std::vector<uint64_t> AllSeeds() {
  const oracle::Seeds seeds = oracle::SeedsToRun({1, 40});
  std::vector<uint64_t> all;
  for (uint64_t seed = seeds.from; seed <= seeds.to; ++seed) {
    all.push_back(seed);
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomLiveTest, testing::ValuesIn(AllSeeds()),
                         [](const auto& seed) {
                           return absl::StrCat(seed.param);
                         });

}  // namespace
}  // namespace audienced
