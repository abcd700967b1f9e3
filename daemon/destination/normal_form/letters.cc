#include "daemon/destination/normal_form/letters.h"

#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <vector>

namespace audienced {
namespace {

// Absent where `text` is not UTF-8.
std::optional<icu::UnicodeString> FromUtf8(std::string_view text) {
  const auto size = static_cast<int32_t>(text.size());
  std::vector<UChar> units(text.size() + 1);
  int32_t length = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strFromUTF8(units.data(), static_cast<int32_t>(units.size()), &length,
                text.data(), size, &error);
  if (U_FAILURE(error)) return std::nullopt;
  return icu::UnicodeString(units.data(), length);
}

bool HasControl(const icu::UnicodeString& text) {
  for (int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (u_charType(c) == U_CONTROL_CHAR && !u_isUWhiteSpace(c)) return true;
  }
  return false;
}

bool IsLetter(UChar32 c) {
  const int8_t type = u_charType(c);
  return u_isUAlphabetic(c) || type == U_NON_SPACING_MARK ||
         type == U_COMBINING_SPACING_MARK;
}

}  // namespace

std::optional<std::string> LowerCase(std::string_view text) {
  std::optional<icu::UnicodeString> units = FromUtf8(text);
  if (!units || HasControl(*units)) return std::nullopt;
  units->toLower(icu::Locale::getRoot());
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const composer =
      icu::Normalizer2::getNFCInstance(error);
  if (U_FAILURE(error)) return std::nullopt;
  const icu::UnicodeString composed = composer->normalize(*units, error);
  if (U_FAILURE(error)) return std::nullopt;
  std::string lower;
  composed.toUTF8String(lower);
  return lower;
}

std::string LettersOf(std::string_view lower, Keep keep) {
  const std::optional<icu::UnicodeString> units = FromUtf8(lower);
  if (!units) return "";
  icu::UnicodeString kept;
  bool space = false;
  for (int32_t i = 0; i < units->length(); i = units->moveIndex32(i, 1)) {
    const UChar32 c = units->char32At(i);
    if (u_isUWhiteSpace(c)) {
      space = keep == Keep::kDigitsAndSpaces && !kept.isEmpty();
    } else if (IsLetter(c) || (keep != Keep::kNothing && u_isdigit(c))) {
      if (space) kept.append(UChar32{' '});
      space = false;
      kept.append(c);
    }
  }
  std::string text;
  kept.toUTF8String(text);
  return text;
}

std::string_view Trimmed(std::string_view text) {
  const auto size = static_cast<int32_t>(text.size());
  int32_t begin = 0;
  while (begin < size) {
    int32_t next = begin;
    UChar32 c = 0;
    U8_NEXT(text.data(), next, size, c);
    if (c < 0 || !u_isUWhiteSpace(c)) break;
    begin = next;
  }
  int32_t end = size;
  while (end > begin) {
    int32_t before = end;
    UChar32 c = 0;
    U8_PREV(text.data(), begin, before, c);
    if (c < 0 || !u_isUWhiteSpace(c)) break;
    end = before;
  }
  return text.substr(static_cast<size_t>(begin),
                     static_cast<size_t>(end - begin));
}

std::string WithoutSpaces(std::string_view text) {
  const auto size = static_cast<int32_t>(text.size());
  std::string kept;
  for (int32_t i = 0; i < size;) {
    const int32_t begin = i;
    UChar32 c = 0;
    U8_NEXT(text.data(), i, size, c);
    if (c >= 0 && u_isUWhiteSpace(c)) continue;
    kept.append(text.substr(static_cast<size_t>(begin),
                            static_cast<size_t>(i - begin)));
  }
  return kept;
}

}  // namespace audienced
