#include "rules/history/decimal.h"

#include <gtest/gtest.h>

#include "rules/history/value.h"

namespace audienced {
namespace {

struct ParseCase {
  const char* text;
  std::optional<int64_t> millionths;
};

class ParseDecimalTest : public testing::TestWithParam<ParseCase> {};

TEST_P(ParseDecimalTest, ReadsTheFormAndNothingElse) {
  const std::optional<Decimal> read = ParseDecimal(GetParam().text);
  ASSERT_EQ(read.has_value(), GetParam().millionths.has_value())
      << GetParam().text;
  if (read) {
    EXPECT_EQ(read->millionths, *GetParam().millionths) << GetParam().text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ParseDecimalTest,
    testing::Values(
        ParseCase{"0", 0}, ParseCase{"-0", 0}, ParseCase{"51", 51'000'000},
        ParseCase{"007", 7'000'000}, ParseCase{"-12.25", -12'250'000},
        ParseCase{"1e3", 1'000'000'000}, ParseCase{"25e-1", 2'500'000},
        ParseCase{"1.5E+2", 150'000'000}, ParseCase{"0.000001", 1},
        // Half to even.
        ParseCase{"0.0000005", 0}, ParseCase{"0.0000015", 2},
        ParseCase{"0.0000025", 2}, ParseCase{"0.00000251", 3},
        // Bounds.
        ParseCase{"999999999999.999999", 999'999'999'999'999'999},
        ParseCase{"1000000000000", std::nullopt},
        ParseCase{"-1000000000000", std::nullopt},
        ParseCase{"1e400", std::nullopt}, ParseCase{"0e0", 0},
        ParseCase{"1e-30", 0},
        // Other forms.
        ParseCase{"", std::nullopt}, ParseCase{"-", std::nullopt},
        ParseCase{"+1", std::nullopt}, ParseCase{".5", std::nullopt},
        ParseCase{"5.", std::nullopt}, ParseCase{" 5", std::nullopt},
        ParseCase{"5e", std::nullopt}, ParseCase{"5x", std::nullopt},
        ParseCase{"0x10", std::nullopt}, ParseCase{"inf", std::nullopt}));

TEST(DecimalTest, TextHasNoTrailingZeros) {
  EXPECT_EQ(ToText(Decimal{51'000'000}), "51");
  EXPECT_EQ(ToText(Decimal{-500'000}), "-0.5");
  EXPECT_EQ(ToText(Decimal{12'250'000}), "12.25");
  EXPECT_EQ(ToText(Decimal{1}), "0.000001");
  EXPECT_EQ(ToText(Decimal{}), "0");
}

TEST(DecimalTest, DoublesAreTheirShortestDecimal) {
  EXPECT_EQ(DecimalFromDouble(0.1)->millionths, 100'000);
  EXPECT_EQ(DecimalFromDouble(29.99)->millionths, 29'990'000);
  EXPECT_EQ(DecimalFromDouble(-1e-7)->millionths, 0);
  EXPECT_FALSE(DecimalFromDouble(1e12).has_value());
}

TEST(DecimalTest, ProductsAreRoundedHalfToEven) {
  EXPECT_EQ(Multiply({1'500'000}, {2'000'000}).millionths, 3'000'000);
  EXPECT_EQ(Multiply({1}, {500'000}).millionths, 0);
  EXPECT_EQ(Multiply({3}, {500'000}).millionths, 2);
  EXPECT_EQ(Multiply({-3}, {500'000}).millionths, -2);
}

TEST(ValueTest, TextInTheFormOfANumberCountsAsOne) {
  EXPECT_EQ(AsNumber(Value("51"))->millionths, 51'000'000);
  EXPECT_FALSE(AsNumber(Value("much")).has_value());
  EXPECT_FALSE(AsNumber(Value(true)).has_value());
}

TEST(ValueTest, DottedNamesReachIntoObjects) {
  Properties customer;
  customer.Set("tier", Value("gold"));
  Properties properties;
  properties.Set("customer", Value(customer));
  properties.Set("a.b", Value("whole name"));
  EXPECT_EQ(*properties.FindPath("customer.tier")->text(), "gold");
  EXPECT_EQ(*properties.FindPath("a.b")->text(), "whole name");
  EXPECT_EQ(properties.FindPath("customer.size"), nullptr);
  EXPECT_EQ(properties.FindPath("a.c"), nullptr);
}

}  // namespace
}  // namespace audienced
