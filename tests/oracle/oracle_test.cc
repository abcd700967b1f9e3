#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/oracle/comparison.h"
#include "tests/oracle/generator/random_case.h"
#include "tests/oracle/generator/shrinking.h"
#include "tests/oracle/seeds.h"

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
// With retention, and of long histories, a quarter as many.
constexpr uint64_t kShareOfOthers = 4;

// Every day has seeds of its own, AUDIENCED_CASES of them.
Seeds SeedsOfToday() {
  constexpr uint64_t kSeedsADay = 1'000'000;
  uint64_t count = kCaseCount;
  const char* asked = std::getenv("AUDIENCED_CASES");
  if (asked != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(asked, &count) && count > 0)
        << "AUDIENCED_CASES is '" << asked << "'; wanted a number from 1";
  }
  const int64_t day = absl::ToUnixSeconds(absl::Now()) / 86'400;
  const uint64_t from = static_cast<uint64_t>(day) * kSeedsADay;
  return {from, from + count - 1};
}

Seeds SomeSeedsOfToday() {
  Seeds some = SeedsOfToday();
  some.to = some.from + (some.to - some.from) / kShareOfOthers;
  return some;
}

class OracleTest : public testing::TestWithParam<uint64_t> {};

// Compares, by `compare`, the cases that `make` makes of the seeds of one
// shard.
void CompareShard(uint64_t shard, Seeds all, RandomCase (*make)(uint64_t),
                  Verdict (*compare)(const RandomCase&) = Compare) {
  constexpr int kFailureLimit = 3;
  // A stretch of them, so that one line tells all.
  const uint64_t count = all.to - all.from + 1;
  const uint64_t begin = all.from + count * shard / kShardCount;
  const uint64_t end = all.from + count * (shard + 1) / kShardCount;
  std::printf(
      "%s",
      absl::StrCat("AUDIENCED_SEEDS=", begin, ":", end - 1, "\n").c_str());
  int failures = 0;
  for (uint64_t seed = begin; seed < end; ++seed) {
    const RandomCase random_case = make(seed);
    const Verdict verdict = compare(random_case);
    if (verdict.kind == Verdict::Kind::kAgree) continue;
    if (verdict.kind == Verdict::Kind::kRefused) {
      ADD_FAILURE() << "seed " << seed << " made a rulebook with errors:\n"
                    << verdict.text << Text(random_case);
    } else {
      const RandomCase smallest =
          Shrink(random_case, [&](const RandomCase& smaller) {
            return compare(smaller).kind == Verdict::Kind::kDisagree;
          });
      ADD_FAILURE() << "seed " << seed << ", cut down:\n"
                    << Text(smallest) << compare(smallest).text;
    }
    if (++failures == kFailureLimit) break;
  }
}

TEST_P(OracleTest, EngineAgreesOnRandomRulebooksAndHistories) {
  CompareShard(GetParam(), SeedsToRun(SeedsOfToday()), CaseOf);
}

TEST_P(OracleTest, EngineAgreesWhereEventsCountForASpan) {
  CompareShard(GetParam(), SeedsToRun(SomeSeedsOfToday()), RetentionCaseOf);
}

TEST_P(OracleTest, EngineAgreesWithItselfOnLongHistories) {
  CompareShard(GetParam(), SeedsToRun(SomeSeedsOfToday()), LongCaseOf,
               CompareWithItself);
}

INSTANTIATE_TEST_SUITE_P(Shards, OracleTest,
                         testing::Range(uint64_t{0}, kShardCount));

}  // namespace
}  // namespace audienced::oracle
