#include "rules/language/duration_text.h"

#include <array>
#include <chrono>

#include "absl/base/attributes.h"
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

// Takes exactly `kCount` digits. Absent where other characters stand there.
template <size_t kCount>
ABSL_ATTRIBUTE_ALWAYS_INLINE inline std::optional<int> TakeDigits(
    std::string_view& text) {
  if (text.size() < kCount) return std::nullopt;
  int number = 0;
  for (size_t i = 0; i < kCount; ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(kCount);
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

// Reads a day, `2026-03-01`.
std::optional<std::chrono::year_month_day> TakeDay(std::string_view& text) {
  const std::optional<int> year = TakeDigits<4>(text);
  if (!year || !Take(text, '-')) return std::nullopt;
  const std::optional<int> month = TakeDigits<2>(text);
  if (!month || !Take(text, '-')) return std::nullopt;
  const std::optional<int> day = TakeDigits<2>(text);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day taken(
      std::chrono::year{*year},
      std::chrono::month(static_cast<unsigned>(*month)),
      std::chrono::day(static_cast<unsigned>(*day)));
  // There is no 30 February.
  return taken.ok() ? std::optional(taken) : std::nullopt;
}

// Reads a time of day, `23:59:59`; in seconds.
std::optional<int64_t> TakeTimeOfDay(std::string_view& text) {
  const std::optional<int> hour = TakeDigits<2>(text);
  if (!hour || *hour > 23 || !Take(text, ':')) return std::nullopt;
  const std::optional<int> minute = TakeDigits<2>(text);
  if (!minute || *minute > 59 || !Take(text, ':')) return std::nullopt;
  const std::optional<int> second = TakeDigits<2>(text);
  if (!second || *second > 59) return std::nullopt;
  return int64_t{*hour} * 3600 + *minute * 60 + *second;
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
  if (!Take(text, '+', '-')) return std::nullopt;
  const std::optional<int> hours = TakeDigits<2>(text);
  if (!hours || *hours > 23 || !Take(text, ':')) return std::nullopt;
  const std::optional<int> minutes = TakeDigits<2>(text);
  if (!minutes || *minutes > 59) return std::nullopt;
  const int64_t ahead = int64_t{*hours} * 3600 + *minutes * 60;
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
std::optional<absl::Time> ParseTimestamp(std::string_view text) {
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
  return absl::FromUnixMicros(seconds * 1'000'000 + *micros);
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
