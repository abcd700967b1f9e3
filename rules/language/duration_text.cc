#include "rules/language/duration_text.h"

#include <array>
#include <chrono>

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

// The number of the two digits at `text`. Sets `is_wrong` where others stand
// there: timestamps are read without a branch at every character.
unsigned TwoDigits(const char* text, bool& is_wrong) {
  const unsigned tens = static_cast<unsigned char>(text[0] - '0');
  const unsigned ones = static_cast<unsigned char>(text[1] - '0');
  is_wrong |= tens > 9 || ones > 9;
  return tens * 10 + ones;
}

bool Take(std::string_view& text, char lower, char upper) {
  if (text.empty() || (text[0] != lower && text[0] != upper)) return false;
  text.remove_prefix(1);
  return true;
}

bool Take(std::string_view& text, char character) {
  return Take(text, character, character);
}

// Reads a day, `2026-03-01`.
std::optional<std::chrono::year_month_day> TakeDay(std::string_view& text) {
  if (text.size() < 10) return std::nullopt;
  bool is_wrong = text[4] != '-' || text[7] != '-';
  const unsigned century = TwoDigits(&text[0], is_wrong);
  const unsigned of_century = TwoDigits(&text[2], is_wrong);
  const std::chrono::year_month_day taken(
      std::chrono::year{static_cast<int>(century * 100 + of_century)},
      std::chrono::month{TwoDigits(&text[5], is_wrong)},
      std::chrono::day{TwoDigits(&text[8], is_wrong)});
  // There is no 30 February.
  if (is_wrong || !taken.ok()) return std::nullopt;
  text.remove_prefix(10);
  return taken;
}

// Reads a time of day, `23:59:59`; in seconds.
std::optional<int64_t> TakeTimeOfDay(std::string_view& text) {
  if (text.size() < 8) return std::nullopt;
  bool is_wrong = text[2] != ':' || text[5] != ':';
  const unsigned hour = TwoDigits(&text[0], is_wrong);
  const unsigned minute = TwoDigits(&text[3], is_wrong);
  const unsigned second = TwoDigits(&text[6], is_wrong);
  if (is_wrong || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  text.remove_prefix(8);
  return int64_t{hour} * 3600 + minute * 60 + second;
}

// Reads `.123456`, if it is there; in microseconds.
std::optional<int64_t> TakeFraction(std::string_view& text) {
  if (!Take(text, '.')) return 0;
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
  return micros;
}

// Reads `Z`, `+01:00`, `-05:30`: what the zone is ahead of UTC, in seconds.
std::optional<int64_t> TakeZone(std::string_view& text) {
  if (Take(text, 'Z', 'z')) return 0;
  const bool behind = !text.empty() && text[0] == '-';
  if (!Take(text, '+', '-') || text.size() < 5) return std::nullopt;
  bool is_wrong = text[2] != ':';
  const unsigned hours = TwoDigits(&text[0], is_wrong);
  const unsigned minutes = TwoDigits(&text[3], is_wrong);
  if (is_wrong || hours > 23 || minutes > 59) return std::nullopt;
  text.remove_prefix(5);
  const int64_t ahead = int64_t{hours} * 3600 + minutes * 60;
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

// Every event of every file is read by this: no calendar of time zones is
// asked.
std::optional<int64_t> ParseTimestampMicros(std::string_view text) {
  const std::optional<std::chrono::year_month_day> day = TakeDay(text);
  if (!day || !Take(text, 'T', 't')) return std::nullopt;
  const std::optional<int64_t> of_day = TakeTimeOfDay(text);
  if (!of_day) return std::nullopt;
  const std::optional<int64_t> micros = TakeFraction(text);
  if (!micros) return std::nullopt;
  const std::optional<int64_t> ahead = TakeZone(text);
  if (!ahead || !text.empty()) return std::nullopt;
  // In UTC all days are alike.
  const int64_t days = std::chrono::sys_days(*day).time_since_epoch().count();
  const int64_t seconds = days * 86400 + *of_day - *ahead;
  return seconds * 1'000'000 + *micros;
}

std::optional<absl::Time> ParseTimestamp(std::string_view text) {
  const std::optional<int64_t> micros = ParseTimestampMicros(text);
  if (!micros) return std::nullopt;
  return absl::FromUnixMicros(*micros);
}

std::optional<absl::CivilDay> ParseCivilDay(std::string_view text) {
  const std::optional<std::chrono::year_month_day> day = TakeDay(text);
  if (!day || !text.empty()) return std::nullopt;
  return absl::CivilDay(static_cast<int>(day->year()),
                        static_cast<unsigned>(day->month()),
                        static_cast<unsigned>(day->day()));
}

std::string TimestampText(absl::Time time) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace audienced
