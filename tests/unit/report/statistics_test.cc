// Statistics against examples that are printed where their formulas are.

#include "rules/report/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
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
  const std::optional<Estimate> ratio = RatioOf(kPlacebo, kAspirin);
  ASSERT_TRUE(ratio.has_value());
  EXPECT_NEAR(ratio->value, 1.82, 0.005);
  EXPECT_NEAR(ratio->low, 1.43, 0.005);
  EXPECT_NEAR(ratio->high, 2.30, 0.01);
}

TEST(StatisticsTest, TheIntervalOfARatioThatIsNotRare) {
  // By hand: the deviation is the root of 1/40 - 1/50 + 1/30 - 1/100.
  const std::optional<Estimate> ratio = RatioOf({40, 50}, {30, 100});
  ASSERT_TRUE(ratio.has_value());
  EXPECT_NEAR(ratio->value, 8.0 / 3, 1e-12);
  const double factor = std::exp(1.959963985 * std::sqrt(0.0283333333));
  EXPECT_NEAR(ratio->high, 8.0 / 3 * factor, 1e-6);
  EXPECT_NEAR(ratio->low, 8.0 / 3 / factor, 1e-6);
}

TEST(StatisticsTest, ThereIsNoRatioOfNobodyAndNoIntervalOfEverybody) {
  EXPECT_FALSE(RatioOf({0, 20}, {10, 20}).has_value());
  EXPECT_FALSE(RatioOf({10, 20}, {0, 20}).has_value());
  EXPECT_FALSE(RatioOf({0, 20}, {0, 20}).has_value());
  EXPECT_FALSE(RatioOf({0, 0}, {10, 20}).has_value());
  EXPECT_FALSE(RatioOf({3, 3}, {4, 4}).has_value());
  EXPECT_TRUE(RatioOf({3, 3}, {3, 4}).has_value());
}

TEST(StatisticsTest, TheChanceOfADifference) {
  // Fisher (1935): the lady who tells three of four cups of each kind.
  EXPECT_NEAR(DifferByChance({3, 4}, {1, 4}), 34.0 / 70, 1e-12);
  EXPECT_NEAR(DifferByChance({4, 4}, {0, 4}), 2.0 / 70, 1e-12);
  // By whole numbers; both ways round.
  EXPECT_NEAR(DifferByChance(kPlacebo, kAspirin), 5.0328e-7, 0.0001e-7);
  EXPECT_NEAR(DifferByChance(kAspirin, kPlacebo), 5.0328e-7, 0.0001e-7);
  EXPECT_NEAR(DifferByChance({8, 18}, {3, 20}), 0.0741, 0.0001);
  EXPECT_NEAR(DifferByChance({3, 30}, {10, 100}), 1, 1e-9);
  EXPECT_NEAR(DifferByChance({0, 30}, {0, 100}), 1, 1e-9);
  EXPECT_NEAR(DifferByChance({0, 0}, {5, 100}), 1, 1e-9);
}

TEST(StatisticsTest, TheChanceOfADifferenceOfMillions) {
  // Like the normal test, which is right for so many.
  const Share with = {100'500, 1'000'000};
  const Share without = {1'000'000, 10'000'000};
  const double z = 0.0005 / std::sqrt(0.10004545 * 0.89995455 * 1.1e-6);
  EXPECT_NEAR(DifferByChance(with, without), std::erfc(z / std::sqrt(2.0)),
              0.002);
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
