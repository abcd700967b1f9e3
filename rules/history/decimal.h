#ifndef AUDIENCED_RULES_HISTORY_DECIMAL_H_
#define AUDIENCED_RULES_HISTORY_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace audienced {

// An exact decimal number with six places, |x| < 10^12. Sums are exact in any
// order, so no order of arrival changes a result.
struct Decimal {
  static constexpr int64_t kScale = 1'000'000;

  int64_t millionths = 0;

  friend constexpr auto operator<=>(Decimal, Decimal) = default;

  static constexpr Decimal FromInteger(int64_t whole) {
    return {whole * kScale};
  }
};

// A sum of decimals, or of products of a decimal and a count, without overflow.
__extension__ typedef __int128 WideDecimal;  // in millionths

// Reads `-?digits[.digits][e±digits]` (also `E`, and an exponent without sign),
// rounded half to even to six places. Absent when `text` has another form or
// the value is not below 10^12 in magnitude: such a number stays text.
std::optional<Decimal> ParseDecimal(std::string_view text);

// The shortest decimal that reads back as `value`, rounded half to even to six
// places. Absent when it is not finite or not below 10^12 in magnitude.
std::optional<Decimal> DecimalFromDouble(double value);

// price times quantity, rounded half to even to six places and held at the
// bound of the type where the product passes it.
Decimal Multiply(Decimal left, Decimal right);

// The text of a number as the language tells it: no trailing zeros, no
// trailing `.0`; `51`, `-0.5`, `12.25`.
std::string ToText(Decimal decimal);

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_DECIMAL_H_
