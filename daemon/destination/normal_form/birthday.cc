#include "daemon/destination/normal_form/birthday.h"

#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/time/civil_time.h"
#include "daemon/destination/normal_form/letters.h"

namespace audienced {
namespace {

constexpr int64_t kFirstYear = 1900;
constexpr int64_t kLastYear = 2100;
constexpr size_t kDigits = 8;

// Year, month and day as eight digits; empty where `value` begins with none.
std::string DateDigits(std::string_view value) {
  std::string_view date = Trimmed(value);
  const size_t time = date.find_first_of("T ");
  if (time != std::string_view::npos) date = date.substr(0, time);
  std::string digits;
  if (date.size() == kDigits + 2 && date[4] == '-' && date[7] == '-') {
    digits.append(date.substr(0, 4));
    digits.append(date.substr(5, 2));
    digits.append(date.substr(8, 2));
  } else if (date.size() == kDigits) {
    digits = std::string(date);
  }
  if (digits.find_first_not_of("0123456789") != std::string::npos) return "";
  return digits;
}

bool IsDate(const std::string& digits) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!absl::SimpleAtoi(digits.substr(0, 4), &year) ||
      !absl::SimpleAtoi(digits.substr(4, 2), &month) ||
      !absl::SimpleAtoi(digits.substr(6, 2), &day)) {
    return false;
  }
  // A day that there is not becomes another one.
  const absl::CivilDay date(year, month, day);
  return date.year() == year && date.month() == month && date.day() == day &&
         year >= kFirstYear && year < kLastYear;
}

NormalForm PartOf(std::string_view value, size_t begin, size_t size) {
  if (Trimmed(value).empty()) return NormalForm::LeftOut(Omission::kEmpty);
  const std::string digits = DateDigits(value);
  if (digits.empty() || !IsDate(digits)) {
    return NormalForm::LeftOut(Omission::kNotADate);
  }
  return {digits.substr(begin, size)};
}

}  // namespace

NormalForm BirthYear(std::string_view value) { return PartOf(value, 0, 4); }

NormalForm BirthMonth(std::string_view value) { return PartOf(value, 4, 2); }

NormalForm BirthDay(std::string_view value) { return PartOf(value, 6, 2); }

}  // namespace audienced
