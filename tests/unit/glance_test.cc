// What random rulebooks do not come to: the oracle (tests/oracle) tests the
// rest.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "tests/unit/loading.h"

namespace audienced {
namespace {

Event Did(const std::string& name, int64_t second) {
  Event event;
  event.occurred_at = event.received_at = absl::FromUnixSeconds(second);
  event.origin = "test";
  event.event_id = absl::StrCat(second);
  event.name = name;
  return event;
}

// More classes than there are marks, so that several have one.
TEST(GlanceTest, AClassIsNotTakenForAnotherOfItsMark) {
  constexpr int kCount = 3 * kClassMarkCount;
  std::string rules = "version: 1\nconversions:\n";
  for (int i = 0; i < kCount; ++i) {
    absl::StrAppend(&rules, "  c", i, ": { kind: macro, event: e", i, " }\n");
  }
  rules += "audiences:\n";
  for (int i = 0; i < kCount; ++i) {
    absl::StrAppend(&rules, "  a", i, ": { who: { did: c", i, " } }\n");
  }
  const Loaded loaded = Load(rules);
  ASSERT_FALSE(loaded.diagnostics.has_errors()) << loaded.text();
  Projection projection(CompiledRulebook::Compile(loaded.rulebook));
  // So that classes have the numbers of their events.
  for (int i = 0; i < kCount; ++i) {
    projection.Project(Did(absl::StrCat("e", i), 1));
  }
  Evaluation evaluation(projection);
  for (int newest = 0; newest < kCount; ++newest) {
    const int oldest = (newest + kClassMarkCount) % kCount;
    History history = projection.NewHistory();
    history.Insert(projection.Project(Did(absl::StrCat("e", oldest), 10)));
    history.Insert(projection.Project(Did(absl::StrCat("e", newest), 20)));
    evaluation.TurnTo(history, "profile:ann");
    std::vector<size_t> holding;
    evaluation.ForEachThatHolds({30'000'000},
                                [&](size_t a) { holding.push_back(a); });
    EXPECT_EQ(holding, (std::vector<size_t>{
                           static_cast<size_t>(std::min(newest, oldest)),
                           static_cast<size_t>(std::max(newest, oldest))}));
  }
}

}  // namespace
}  // namespace audienced
