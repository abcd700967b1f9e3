#include "daemon/destination/normal_form/name.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "daemon/destination/normal_form/letters.h"

namespace audienced {
namespace {

constexpr size_t kNameLimitBytes = 512;

constexpr std::array<std::string_view, 12> kTitles = {
    "mr",   "mrs",       "ms",  "miss", "mx",  "dr",
    "prof", "professor", "sir", "dame", "rev", "reverend"};

constexpr std::array<std::string_view, 9> kSuffixes = {
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "esq", "esquire"};

template <size_t count>
bool IsOneOf(std::string_view word,
             const std::array<std::string_view, count>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

NormalForm PlainName(std::string_view value) {
  const std::string_view trimmed = Trimmed(value);
  if (trimmed.empty()) return NormalForm::LeftOut(Omission::kEmpty);
  if (trimmed.size() > kNameLimitBytes) {
    return NormalForm::LeftOut(Omission::kTooLong);
  }
  const std::optional<std::string> lower = LowerCase(trimmed);
  if (!lower) return NormalForm::LeftOut(Omission::kNotText);
  std::string letters = LettersOf(*lower, Keep::kDigitsAndSpaces);
  if (letters.empty()) return NormalForm::LeftOut(Omission::kNotAName);
  return {std::move(letters)};
}

NormalForm NameWithoutTitle(std::string_view value) {
  NormalForm form = PlainName(value);
  for (size_t space = form.text.find(' ');
       space != std::string::npos &&
       IsOneOf(std::string_view(form.text).substr(0, space), kTitles);
       space = form.text.find(' ')) {
    form.text.erase(0, space + 1);
  }
  return form;
}

NormalForm NameWithoutSuffix(std::string_view value) {
  NormalForm form = PlainName(value);
  for (size_t space = form.text.rfind(' ');
       space != std::string::npos &&
       IsOneOf(std::string_view(form.text).substr(space + 1), kSuffixes);
       space = form.text.rfind(' ')) {
    form.text.erase(space);
  }
  return form;
}

NormalForm Gender(std::string_view value) {
  const NormalForm form = PlainName(value);
  if (form.left_out()) return form;
  if (form.text == "f" || form.text == "female" || form.text == "woman") {
    return {"f"};
  }
  if (form.text == "m" || form.text == "male" || form.text == "man") {
    return {"m"};
  }
  return NormalForm::LeftOut(Omission::kUnknownGender);
}

}  // namespace audienced
