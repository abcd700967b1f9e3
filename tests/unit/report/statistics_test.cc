// Statistics against examples that are printed where their formulas are.

#include "rules/report/statistics.h"

#include <gtest/gtest.h>

#include <vector>

namespace audienced {
namespace {

void ExpectInterval(const Share& share, double low, double high) {
  const Estimate estimate = WithInterval(share);
  EXPECT_NEAR(estimate.low, low, 0.00005) << share.reached;
  EXPECT_NEAR(estimate.high, high, 0.00005) << share.reached;
  EXPECT_DOUBLE_EQ(estimate.value, share.value());
}

TEST(StatisticsTest, TheScoreIntervalOfAShare) {
  // Newcombe (1998), "Two-sided confidence intervals for the single
  // proportion", method 3.
  ExpectInterval({81, 263}, 0.2553, 0.3662);
  ExpectInterval({15, 148}, 0.0624, 0.1605);
  ExpectInterval({0, 20}, 0.0000, 0.1611);
  ExpectInterval({1, 29}, 0.0061, 0.1718);
  // And turned round.
  ExpectInterval({20, 20}, 1 - 0.1611, 1.0);
}

TEST(StatisticsTest, OfNobodyEverythingIsPossible) {
  const Estimate estimate = WithInterval({0, 0});
  EXPECT_EQ(estimate.low, 0);
  EXPECT_EQ(estimate.high, 1);
}

// The physicians' health study: heart attacks under placebo and aspirin.
constexpr Share kPlacebo = {189, 11034};
constexpr Share kAspirin = {104, 11037};

TEST(StatisticsTest, TheRatioOfTwoShares) {
  // Agresti, "An introduction to categorical data analysis", 2.2.3.
  const Estimate ratio = RatioOf(kPlacebo, kAspirin);
  EXPECT_NEAR(ratio.value, 1.82, 0.005);
  EXPECT_NEAR(ratio.low, 1.43, 0.005);
  EXPECT_NEAR(ratio.high, 2.30, 0.01);
}

TEST(StatisticsTest, ARatioIsToldWhereNobodyReachedIt) {
  // By hand: 0.5 of 21 against 10.5 of 21.
  const Estimate none = RatioOf({0, 20}, {10, 20});
  EXPECT_NEAR(none.value, 0.5 / 10.5, 1e-12);
  EXPECT_LT(none.low, none.value);
  EXPECT_GT(none.high, none.value);
  const Estimate all = RatioOf({10, 20}, {0, 20});
  EXPECT_NEAR(all.value, 10.5 / 0.5, 1e-12);
  EXPECT_NEAR(all.low, 1 / none.high, 1e-12);
}

TEST(StatisticsTest, TheChanceOfADifference) {
  // Its chi-square is 25.01 (Agresti, 2.4.3), so its probability 5.7e-7.
  EXPECT_NEAR(DifferByChance(kPlacebo, kAspirin), 5.7e-7, 0.05e-7);
  EXPECT_NEAR(DifferByChance(kAspirin, kPlacebo), 5.7e-7, 0.05e-7);
  EXPECT_DOUBLE_EQ(DifferByChance({3, 30}, {10, 100}), 1);
  EXPECT_DOUBLE_EQ(DifferByChance({0, 30}, {0, 100}), 1);
}

TEST(StatisticsTest, FiveAreToBeExpectedInEachGroup) {
  // 10 of 20 reached it: of 10 people 5 are to be expected.
  EXPECT_TRUE(CanBeTested({10, 10}, {0, 10}));
  EXPECT_FALSE(CanBeTested({10, 10}, {0, 11}));
  EXPECT_FALSE(CanBeTested({9, 10}, {0, 10}));
  EXPECT_FALSE(CanBeTested({0, 0}, {50, 100}));
  EXPECT_FALSE(CanBeTested({0, 0}, {0, 0}));
  // Nobody, or everybody.
  EXPECT_FALSE(CanBeTested({0, 100}, {0, 100}));
  EXPECT_FALSE(CanBeTested({100, 100}, {100, 100}));
}

TEST(StatisticsTest, TheChanceOfALot) {
  // By hand: 60 of 100 are two deviations of 0.05 from a half.
  EXPECT_NEAR(DiffersByChance({60, 100}, 0.5), 0.0455, 0.00005);
  EXPECT_NEAR(DiffersByChance({40, 100}, 0.5), 0.0455, 0.00005);
  EXPECT_DOUBLE_EQ(DiffersByChance({10, 100}, 0.1), 1);
  EXPECT_DOUBLE_EQ(DiffersByChance({0, 0}, 0.1), 1);
}

TEST(StatisticsTest, FalseDiscoveries) {
  // Benjamini and Hochberg (1995), 4.1: four of these are significant at 0.05.
  // In another order than there.
  const std::vector<double> rates = FalseDiscoveryRates(
      {0.0298, 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 1.0000, 0.0344,
       0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590});
  EXPECT_NEAR(rates[1], 0.0015, 1e-9);
  EXPECT_NEAR(rates[4], 0.0095 * 15 / 4, 1e-9);
  EXPECT_NEAR(rates[5], 0.0201 * 15 / 5, 1e-9);
  // A smaller one is never at a larger rate: 0.0278 * 15 / 6 is 0.0695, and
  // 0.0298 * 15 / 7 less.
  EXPECT_NEAR(rates[6], 0.0298 * 15 / 7, 1e-9);
  EXPECT_NEAR(rates[0], 0.0298 * 15 / 7, 1e-9);
  EXPECT_EQ(rates[7], 1);
  int significant = 0;
  for (const double rate : rates) significant += rate < 0.05 ? 1 : 0;
  EXPECT_EQ(significant, 4);
  EXPECT_TRUE(FalseDiscoveryRates({}).empty());
}

}  // namespace
}  // namespace audienced
