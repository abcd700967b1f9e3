#include "rules/language/duration_text.h"

#include <array>

#include "absl/time/civil_time.h"

namespace audienced {
namespace {

struct Unit {
  char letter;
  int64_t seconds;
};

// From the larger to the smaller, the order in which they may stand.
constexpr std::array<Unit, 5> kUnits = {
    {{'w', 7 * 86400}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

// Enough for every span that ParseDurationText() takes.
constexpr size_t kDigitLimit = 10;

constexpr int64_t kSecondsLimit = 36500LL * 86400;

bool IsDigit(char character) { return character >= '0' && character <= '9'; }

// Takes the digits at the start of `text` off it. Absent where there are none
// or too many.
std::optional<int64_t> TakeWhole(std::string_view& text) {
  int64_t whole = 0;
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) {
    if (digits == kDigitLimit) return std::nullopt;
    whole = whole * 10 + (text[digits] - '0');
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return whole;
}

// Takes exactly `count` digits. Absent where other characters stand there.
std::optional<int> TakeDigits(std::string_view& text, size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool Take(std::string_view& text, char lower, char upper) {
  if (text.empty() || (text[0] != lower && text[0] != upper)) return false;
  text.remove_prefix(1);
  return true;
}

bool Take(std::string_view& text, char character) {
  return Take(text, character, character);
}

// Reads `.123456`, if it is there.
std::optional<absl::Duration> TakeFraction(std::string_view& text) {
  if (!Take(text, '.')) return absl::ZeroDuration();
  int64_t micros = 0;
  size_t digits = 0;
  while (digits < text.size() && IsDigit(text[digits])) {
    if (digits == 6) return std::nullopt;
    micros = micros * 10 + (text[digits] - '0');
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  for (; digits < 6; ++digits) micros *= 10;
  return absl::Microseconds(micros);
}

// Reads `Z`, `+01:00`, `-05:30`: what the zone is ahead of UTC.
std::optional<absl::Duration> TakeZone(std::string_view& text) {
  if (Take(text, 'Z', 'z')) return absl::ZeroDuration();
  const bool behind = !text.empty() && text[0] == '-';
  if (!Take(text, '+', '-')) return std::nullopt;
  const std::optional<int> hours = TakeDigits(text, 2);
  if (!hours || *hours > 23 || !Take(text, ':')) return std::nullopt;
  const std::optional<int> minutes = TakeDigits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const absl::Duration ahead = absl::Hours(*hours) + absl::Minutes(*minutes);
  return behind ? -ahead : ahead;
}

}  // namespace

std::optional<absl::Duration> ParseDurationText(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int64_t seconds = 0;
  size_t next_unit = 0;
  while (!text.empty()) {
    const std::optional<int64_t> count = TakeWhole(text);
    if (!count || text.empty()) return std::nullopt;
    while (next_unit < kUnits.size() && kUnits[next_unit].letter != text[0]) {
      ++next_unit;
    }
    if (next_unit == kUnits.size()) return std::nullopt;
    text.remove_prefix(1);
    seconds += *count * kUnits[next_unit].seconds;
    if (seconds > kSecondsLimit) return std::nullopt;
    ++next_unit;
  }
  return absl::Seconds(seconds);
}

std::string DurationText(absl::Duration duration) {
  int64_t seconds = absl::ToInt64Seconds(duration);
  if (seconds <= 0) return "0s";
  std::string text;
  for (const Unit& unit : kUnits) {
    // People count 10d, not 1w3d; whole weeks they count in days as well.
    if (unit.letter == 'w') continue;
    const int64_t count = seconds / unit.seconds;
    if (count == 0) continue;
    text += std::to_string(count) + unit.letter;
    seconds %= unit.seconds;
  }
  return text;
}

std::optional<absl::Time> ParseTimestamp(std::string_view text) {
  const std::optional<int> year = TakeDigits(text, 4);
  if (!year || !Take(text, '-')) return std::nullopt;
  const std::optional<int> month = TakeDigits(text, 2);
  if (!month || !Take(text, '-')) return std::nullopt;
  const std::optional<int> day = TakeDigits(text, 2);
  if (!day || !Take(text, 'T', 't')) return std::nullopt;
  const std::optional<int> hour = TakeDigits(text, 2);
  if (!hour || !Take(text, ':')) return std::nullopt;
  const std::optional<int> minute = TakeDigits(text, 2);
  if (!minute || !Take(text, ':')) return std::nullopt;
  const std::optional<int> second = TakeDigits(text, 2);
  if (!second) return std::nullopt;
  const std::optional<absl::Duration> fraction = TakeFraction(text);
  if (!fraction) return std::nullopt;
  const std::optional<absl::Duration> ahead = TakeZone(text);
  if (!ahead || !text.empty()) return std::nullopt;

  const absl::CivilSecond civil(*year, *month, *day, *hour, *minute, *second);
  // A civil time brings 30 February to 2 March; no such day is meant here.
  const bool exists = civil.month() == *month && civil.day() == *day &&
                      civil.hour() == *hour && civil.minute() == *minute &&
                      civil.second() == *second;
  if (!exists) return std::nullopt;
  // In UTC every civil second is one, and all are alike.
  const auto seconds = civil - absl::CivilSecond(1970, 1, 1);
  return absl::FromUnixSeconds(seconds) + *fraction - *ahead;
}

std::optional<absl::CivilDay> ParseCivilDay(std::string_view text) {
  const std::optional<int> year = TakeDigits(text, 4);
  if (!year || !Take(text, '-')) return std::nullopt;
  const std::optional<int> month = TakeDigits(text, 2);
  if (!month || !Take(text, '-')) return std::nullopt;
  const std::optional<int> day = TakeDigits(text, 2);
  if (!day || !text.empty()) return std::nullopt;
  const absl::CivilDay civil(*year, *month, *day);
  if (civil.month() != *month || civil.day() != *day) return std::nullopt;
  return civil;
}

std::string TimestampText(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace audienced
