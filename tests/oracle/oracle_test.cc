#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/oracle/comparison.h"
#include "tests/oracle/generator/random_case.h"
#include "tests/oracle/generator/shrinking.h"

namespace audienced::oracle {
namespace {

// ctest runs the shards side by side.
constexpr uint64_t kShardCount = 8;

// So many cases in all where nobody asks for others: a minute of one core
// where the compiler optimises.
#ifdef NDEBUG
constexpr uint64_t kCaseCount = 50'000;
#else
constexpr uint64_t kCaseCount = 5'000;
#endif

struct Seeds {
  uint64_t from = 0;
  uint64_t count = 0;
};

uint64_t NumberIn(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return otherwise;
  uint64_t number = 0;
  EXPECT_TRUE(absl::SimpleAtoi(text, &number))
      << variable << " is '" << text << "'; wanted a number";
  return number;
}

// AUDIENCED_SEEDS=from:to asks for these seeds, or for a single one. Otherwise
// every day has seeds of its own, AUDIENCED_CASES of them.
Seeds SeedsToRun() {
  Seeds seeds;
  const char* asked = std::getenv("AUDIENCED_SEEDS");
  if (asked == nullptr) {
    constexpr uint64_t kSeedsADay = 1'000'000;
    const int64_t day = absl::ToUnixSeconds(absl::Now()) / 86'400;
    seeds.from = static_cast<uint64_t>(day) * kSeedsADay;
    seeds.count = NumberIn("AUDIENCED_CASES", kCaseCount);
    return seeds;
  }
  const std::vector<std::string> ends = absl::StrSplit(asked, ':');
  uint64_t last = 0;
  EXPECT_TRUE(absl::SimpleAtoi(ends.front(), &seeds.from) &&
              absl::SimpleAtoi(ends.back(), &last) && last >= seeds.from)
      << "AUDIENCED_SEEDS is '" << asked << "'; wanted 'from:to'";
  seeds.count = last - seeds.from + 1;
  return seeds;
}

// The seeds of one shard: a stretch of them, so that one line tells all.
Seeds ShardOf(const Seeds& all, uint64_t shard) {
  const uint64_t begin = all.count * shard / kShardCount;
  const uint64_t end = all.count * (shard + 1) / kShardCount;
  return {all.from + begin, end - begin};
}

bool Disagrees(const RandomCase& random_case) {
  return Compare(random_case).kind == Verdict::Kind::kDisagree;
}

class OracleTest : public testing::TestWithParam<uint64_t> {};

TEST_P(OracleTest, EngineAgreesOnRandomRulebooksAndHistories) {
  constexpr int kFailureLimit = 3;
  const Seeds seeds = ShardOf(SeedsToRun(), GetParam());
  std::printf("%s", absl::StrCat("AUDIENCED_SEEDS=", seeds.from, ":",
                                 seeds.from + seeds.count - 1, "\n")
                        .c_str());
  int failures = 0;
  for (uint64_t i = 0; i < seeds.count; ++i) {
    const uint64_t seed = seeds.from + i;
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

INSTANTIATE_TEST_SUITE_P(Shards, OracleTest,
                         testing::Range(uint64_t{0}, kShardCount));

}  // namespace
}  // namespace audienced::oracle
