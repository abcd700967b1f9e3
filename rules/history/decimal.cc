#include "rules/history/decimal.h"

#include <charconv>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

constexpr int64_t kBound = 1'000'000'000'000 * Decimal::kScale;  // 10^12
constexpr int kPlaces = 6;
// A number of more significant digits than this is cut: what follows cannot
// reach the sixth place unless the number is out of bounds anyway.
constexpr int kDigitLimit = 30;

// The digits of a number and where its decimal point stands.
struct Digits {
  bool negative = false;
  std::string digits;    // without leading zeros
  int64_t exponent = 0;  // value = digits * 10^exponent
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes the digits at `text[at]` into `digits`; false where there are none.
bool TakeDigits(std::string_view text, size_t& at, std::string& digits) {
  const size_t begin = at;
  while (at < text.size() && IsDigit(text[at])) {
    if (!digits.empty() || text[at] != '0') digits.push_back(text[at]);
    ++at;
  }
  return at > begin;
}

// Takes `e±digits`. An exponent beyond three digits is out of every bound.
bool TakeExponent(std::string_view text, size_t& at, int64_t& exponent) {
  ++at;
  bool negative = false;
  if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
    negative = text[at] == '-';
    ++at;
  }
  std::string digits;
  if (!TakeDigits(text, at, digits) || digits.size() > 3) return false;
  int64_t value = 0;
  for (char c : digits) value = value * 10 + (c - '0');
  exponent += negative ? -value : value;
  return true;
}

std::optional<Digits> Split(std::string_view text) {
  Digits number;
  size_t at = 0;
  if (at < text.size() && text[at] == '-') {
    number.negative = true;
    ++at;
  }
  if (!TakeDigits(text, at, number.digits)) return std::nullopt;
  if (at < text.size() && text[at] == '.') {
    const size_t point = ++at;
    if (!TakeDigits(text, at, number.digits)) return std::nullopt;
    number.exponent = -static_cast<int64_t>(at - point);
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E') &&
      !TakeExponent(text, at, number.exponent)) {
    return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  return number;
}

// Whether what is cut off behind `kept` digits rounds the number up: more than
// a half, or a half and the last kept digit is odd.
bool RoundsUp(const std::string& digits, size_t kept) {
  const char first = digits[kept];
  if (first != '5') return first > '5';
  if (digits.find_first_not_of('0', kept + 1) != std::string::npos) {
    return true;
  }
  return kept > 0 && (digits[kept - 1] - '0') % 2 == 1;
}

}  // namespace

std::optional<Decimal> ParseDecimal(std::string_view text) {
  std::optional<Digits> number = Split(text);
  if (!number) return std::nullopt;
  if (number->digits.empty()) return Decimal{};
  // The value in millionths is digits * 10^shift.
  const int64_t shift = number->exponent + kPlaces;
  const int64_t kept =
      static_cast<int64_t>(number->digits.size()) + (shift < 0 ? shift : 0);
  if (kept < 0) return Decimal{};
  if (kept > kDigitLimit || kept + (shift > 0 ? shift : 0) > kDigitLimit) {
    return std::nullopt;
  }
  WideDecimal value = 0;
  for (int64_t i = 0; i < kept; ++i) {
    value = value * 10 + (number->digits[i] - '0');
  }
  if (shift < 0 && RoundsUp(number->digits, kept)) ++value;
  for (int64_t i = 0; i < shift; ++i) value *= 10;
  if (value >= kBound) return std::nullopt;
  const auto millionths = static_cast<int64_t>(value);
  return Decimal{number->negative ? -millionths : millionths};
}

std::optional<Decimal> DecimalFromDouble(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return ParseDecimal(std::string_view(buffer, end.ptr - buffer));
}

Decimal Multiply(Decimal left, Decimal right) {
  const WideDecimal product =
      static_cast<WideDecimal>(left.millionths) * right.millionths;
  WideDecimal quotient = product / Decimal::kScale;
  const WideDecimal remainder = product % Decimal::kScale;
  const WideDecimal magnitude = remainder < 0 ? -remainder : remainder;
  constexpr WideDecimal kHalf = Decimal::kScale / 2;
  if (magnitude > kHalf || (magnitude == kHalf && quotient % 2 != 0)) {
    quotient += product < 0 ? -1 : 1;
  }
  if (quotient >= kBound) quotient = kBound - 1;
  if (quotient <= -kBound) quotient = -kBound + 1;
  return {static_cast<int64_t>(quotient)};
}

std::string ToText(Decimal decimal) {
  const bool negative = decimal.millionths < 0;
  const uint64_t magnitude = negative
                                 ? -static_cast<uint64_t>(decimal.millionths)
                                 : static_cast<uint64_t>(decimal.millionths);
  std::string text =
      absl::StrCat(negative ? "-" : "", magnitude / Decimal::kScale);
  uint64_t fraction = magnitude % Decimal::kScale;
  if (fraction == 0) return text;
  std::string places = absl::StrCat(fraction + Decimal::kScale).substr(1);
  places.erase(places.find_last_not_of('0') + 1);
  return absl::StrCat(text, ".", places);
}

}  // namespace audienced
