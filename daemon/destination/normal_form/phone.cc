#include "daemon/destination/normal_form/phone.h"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

#include <set>

#include "daemon/destination/normal_form/letters.h"

namespace audienced {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

constexpr size_t kPhoneLimitBytes = 100;
// What the library takes for "no country".
constexpr char kNoRegion[] = "ZZ";

// The library tells faults of what it reads on stdout unless told not to.
PhoneNumberUtil& Library() {
  static PhoneNumberUtil& library = []() -> PhoneNumberUtil& {
    PhoneNumberUtil& made = *PhoneNumberUtil::GetInstance();
    made.SetLogger(new i18n::phonenumbers::NullLogger());
    return made;
  }();
  return library;
}

}  // namespace

bool IsPhoneRegion(std::string_view region) {
  static const std::set<std::string> regions = [] {
    std::set<std::string> known;
    Library().GetSupportedRegions(&known);
    return known;
  }();
  return regions.count(std::string(region)) > 0;
}

NormalForm PhoneWithPlus(std::string_view value, const std::string& region) {
  const std::string_view trimmed = Trimmed(value);
  if (trimmed.empty()) return NormalForm::LeftOut(Omission::kEmpty);
  if (trimmed.size() > kPhoneLimitBytes) {
    return NormalForm::LeftOut(Omission::kTooLong);
  }
  if (!LowerCase(trimmed)) return NormalForm::LeftOut(Omission::kNotText);
  const PhoneNumberUtil& library = Library();
  PhoneNumber number;
  const auto error = library.Parse(
      std::string(trimmed), region.empty() ? kNoRegion : region, &number);
  if (error != PhoneNumberUtil::NO_PARSING_ERROR ||
      number.national_number() == 0 ||
      library.IsPossibleNumberWithReason(number) !=
          PhoneNumberUtil::IS_POSSIBLE) {
    return NormalForm::LeftOut(Omission::kNotAPhoneNumber);
  }
  NormalForm form;
  library.Format(number, PhoneNumberUtil::E164, &form.text);
  return form;
}

NormalForm PhoneDigits(std::string_view value, const std::string& region) {
  NormalForm form = PhoneWithPlus(value, region);
  if (!form.left_out()) form.text.erase(0, 1);
  return form;
}

}  // namespace audienced
