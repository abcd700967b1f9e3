#include <gtest/gtest.h>

#include "tests/oracle/comparison.h"
#include "tests/oracle/generator/random_case.h"
#include "tests/oracle/generator/shrinking.h"
#include "tests/oracle/seeds.h"

namespace audienced::oracle {
namespace {

bool Disagrees(const RandomCase& random_case) {
  return Compare(random_case).kind == Verdict::Kind::kDisagree;
}

TEST(OracleTest, EngineAgreesOnRandomRulebooksAndHistories) {
  constexpr int kFailureLimit = 3;
  const Seeds seeds = SeedsToRun({1, 10'000});
  int failures = 0;
  for (uint64_t seed = seeds.from; seed <= seeds.to; ++seed) {
    const RandomCase random_case = CaseOf(seed);
    const Verdict verdict = Compare(random_case);
    if (verdict.kind == Verdict::Kind::kAgree) continue;
    if (verdict.kind == Verdict::Kind::kRefused) {
      ADD_FAILURE() << "seed " << seed << " made a rulebook with errors:\n"
                    << verdict.text << Text(random_case);
    } else {
      const RandomCase smallest = Shrink(random_case, Disagrees);
      ADD_FAILURE() << "seed " << seed << ", cut down:\n"
                    << Text(smallest) << Compare(smallest).text;
    }
    if (++failures == kFailureLimit) break;
  }
}

}  // namespace
}  // namespace audienced::oracle
