#include "rules/engine/timeline/signal.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace audienced {
namespace {

Interval Between(int64_t begin, int64_t end) { return {{begin}, {end}}; }

Signal Make(Intervals intervals) {
  return Signal::UnionOf(std::move(intervals));
}

TEST(SignalTest, UnionJoinsWhatTouchesAndDropsWhatIsEmpty) {
  const Signal signal =
      Make({Between(5, 7), Between(1, 3), Between(3, 4), Between(9, 9)});
  EXPECT_EQ(signal.intervals(),
            (std::vector<Interval>{Between(1, 4), Between(5, 7)}));
}

TEST(SignalTest, StartIsIncludedAndEndIsNot) {
  const Signal signal = Make({Between(5, 7)});
  EXPECT_FALSE(signal.Holds({4}));
  EXPECT_TRUE(signal.Holds({5}));
  EXPECT_TRUE(signal.Holds({6}));
  EXPECT_FALSE(signal.Holds({7}));
}

TEST(SignalTest, FlipsAreTheEndsOfIntervals) {
  const Signal signal = Make({Between(5, 7), {{9}, Instant::Forever()}});
  EXPECT_EQ(signal.NextFlip({4}), Instant{5});
  EXPECT_EQ(signal.NextFlip({5}), Instant{7});
  EXPECT_EQ(signal.NextFlip({7}), Instant{9});
  EXPECT_EQ(signal.NextFlip({9}), Instant::Forever());
  EXPECT_EQ(signal.LastFlip({4}, {1}), Instant{1});
  EXPECT_EQ(signal.LastFlip({5}, {1}), Instant{5});
  EXPECT_EQ(signal.LastFlip({8}, {1}), Instant{7});
  EXPECT_EQ(signal.LastFlip({9}, {1}), Instant{9});
}

TEST(SignalTest, ExtendJoinsIntervalsThatTheExtensionReaches) {
  const Signal signal = Make({Between(0, 2), Between(5, 6), Between(20, 21)});
  EXPECT_EQ(Extend(signal, 3).intervals(),
            (std::vector<Interval>{Between(0, 9), Between(20, 24)}));
}

TEST(SignalTest, HoldOffCutsWhatHoldsBeforeTheWaitIsOver) {
  const Signal signal =
      Make({Between(0, 10), Between(12, 14), Between(15, 30)});
  // Falls at 10; nothing on [10, 20); what holds at 20 counts from there.
  EXPECT_EQ(HoldOffAfterFall(signal, 10).intervals(),
            (std::vector<Interval>{Between(0, 10), Between(20, 30)}));
}

// The algebra of sets, on a line of 32 instants, against sets.
TEST(SignalTest, AgreesWithSetsOfInstants) {
  std::mt19937 random(7);
  constexpr int kInstants = 32;
  const auto draw = [&] {
    Intervals intervals;
    for (int i = static_cast<int>(random() % 5); i > 0; --i) {
      const int64_t begin = random() % kInstants;
      const int64_t end = random() % (kInstants + 1);
      intervals.push_back(Between(begin, end));
    }
    return Make(intervals);
  };
  for (int round = 0; round < 2000; ++round) {
    const Signal left = draw();
    const Signal right = draw();
    const Interval universe = Between(0, kInstants);
    const Signal both = Intersect(left, right);
    const Signal either = Union(left, right);
    const Signal without = Subtract(left, right);
    const Signal not_left = Complement(left, universe);
    for (int64_t t = 0; t < kInstants; ++t) {
      const bool in_left = left.Holds({t});
      const bool in_right = right.Holds({t});
      ASSERT_EQ(both.Holds({t}), in_left && in_right) << "round " << round;
      ASSERT_EQ(either.Holds({t}), in_left || in_right) << "round " << round;
      ASSERT_EQ(without.Holds({t}), in_left && !in_right) << "round " << round;
      ASSERT_EQ(not_left.Holds({t}), !in_left) << "round " << round;
    }
    // Disjoint, in order, with a gap between each and the next.
    for (size_t i = 1; i < either.intervals().size(); ++i) {
      ASSERT_LT(either.intervals()[i - 1].end, either.intervals()[i].begin);
    }
  }
}

}  // namespace
}  // namespace audienced
