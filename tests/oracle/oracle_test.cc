#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "tests/oracle/comparison.h"
#include "tests/oracle/generator/random_case.h"
#include "tests/oracle/generator/shrinking.h"

namespace audienced::oracle {
namespace {

struct Seeds {
  uint64_t from = 1;
  uint64_t to = 10'000;  // included
};

// AUDIENCED_SEEDS=from:to asks for others; one number for a single one.
Seeds SeedsToRun() {
  Seeds seeds;
  const char* asked = std::getenv("AUDIENCED_SEEDS");
  if (asked == nullptr) return seeds;
  const std::vector<std::string> ends = absl::StrSplit(asked, ':');
  EXPECT_TRUE(absl::SimpleAtoi(ends.front(), &seeds.from) &&
              absl::SimpleAtoi(ends.back(), &seeds.to))
      << "AUDIENCED_SEEDS is '" << asked << "'; wanted 'from:to'";
  return seeds;
}

bool Disagrees(const RandomCase& random_case) {
  return Compare(random_case).kind == Verdict::Kind::kDisagree;
}

TEST(OracleTest, EngineAgreesOnRandomRulebooksAndHistories) {
  constexpr int kFailureLimit = 3;
  const Seeds seeds = SeedsToRun();
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
