#include "daemon/destination/normal_form/place.h"

#include <unicode/locid.h>
#include <unicode/uloc.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "daemon/destination/normal_form/letters.h"
#include "daemon/destination/normal_form/united_states.h"

namespace audienced {
namespace {

constexpr size_t kPlaceLimitBytes = 256;
constexpr size_t kPostalCodeLimitBytes = 16;
constexpr size_t kUnitedStatesDigits = 5;

// The letters, and what else `keep` says, of a part of an address.
NormalForm PlaceLetters(std::string_view value, Keep keep) {
  const std::string_view trimmed = Trimmed(value);
  if (trimmed.empty()) return NormalForm::LeftOut(Omission::kEmpty);
  if (trimmed.size() > kPlaceLimitBytes) {
    return NormalForm::LeftOut(Omission::kTooLong);
  }
  const std::optional<std::string> lower = LowerCase(trimmed);
  if (!lower) return NormalForm::LeftOut(Omission::kNotText);
  std::string letters = LettersOf(*lower, keep);
  if (letters.empty()) return NormalForm::LeftOut(Omission::kNotAName);
  return {std::move(letters)};
}

using CountryTable = absl::flat_hash_map<std::string, std::string>;

// From what a country is called, as letters in lower case, to its code.
CountryTable MakeCountryTable() {
  CountryTable table = {{"uk", "GB"},      {"greatbritain", "GB"},
                        {"england", "GB"}, {"scotland", "GB"},
                        {"wales", "GB"},   {"unitedstatesofamerica", "US"}};
  for (const char* const* code = uloc_getISOCountries(); *code != nullptr;
       ++code) {
    const icu::Locale locale("", *code);
    table[absl::AsciiStrToLower(*code)] = *code;
    table[absl::AsciiStrToLower(locale.getISO3Country())] = *code;
    icu::UnicodeString name;
    locale.getDisplayCountry(icu::Locale::getEnglish(), name);
    std::string text;
    name.toUTF8String(text);
    if (const std::optional<std::string> lower = LowerCase(text)) {
      table[LettersOf(*lower, Keep::kNothing)] = *code;
    }
  }
  return table;
}

bool IsDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// Whether `code` has the form `12345` or `12345-6789`.
bool IsUnitedStatesCode(std::string_view code) {
  return IsDigits(code.substr(0, kUnitedStatesDigits)) &&
         (code.size() == kUnitedStatesDigits ||
          (code.size() == kUnitedStatesDigits + 5 &&
           code[kUnitedStatesDigits] == '-' &&
           IsDigits(code.substr(kUnitedStatesDigits + 1))));
}

// Whether `code`, in lower case without spaces, is a whole one of the United
// Kingdom: it ends in a digit and two letters.
bool IsUnitedKingdomCode(std::string_view code) {
  if (code.size() < 5 || code.size() > 7) return false;
  const std::string_view unit = code.substr(code.size() - 3);
  return IsDigits(unit.substr(0, 1)) &&
         absl::ascii_islower(static_cast<unsigned char>(unit[1])) &&
         absl::ascii_islower(static_cast<unsigned char>(unit[2]));
}

}  // namespace

NormalForm Country(std::string_view value) {
  static const CountryTable& table = *new CountryTable(MakeCountryTable());
  const NormalForm name = PlaceLetters(value, Keep::kNothing);
  if (name.omission == Omission::kNotAName) {
    return NormalForm::LeftOut(Omission::kUnknownCountry);
  }
  if (name.left_out()) return name;
  const auto found = table.find(name.text);
  if (found == table.end()) {
    return NormalForm::LeftOut(Omission::kUnknownCountry);
  }
  return {found->second};
}

NormalForm LowerCountry(std::string_view value) {
  NormalForm form = Country(value);
  absl::AsciiStrToLower(&form.text);
  return form;
}

NormalForm City(std::string_view value) {
  return PlaceLetters(value, Keep::kNothing);
}

NormalForm State(std::string_view value, const std::string& country) {
  NormalForm form = PlaceLetters(value, Keep::kDigits);
  if (form.left_out() || !(country.empty() || country == "US")) return form;
  const std::string_view code = StateCode(form.text);
  if (!code.empty()) form.text = std::string(code);
  return form;
}

NormalForm PostalCode(std::string_view value) {
  const std::string_view trimmed = Trimmed(value);
  if (trimmed.empty()) return NormalForm::LeftOut(Omission::kEmpty);
  const bool is_code =
      trimmed.size() <= kPostalCodeLimitBytes &&
      std::all_of(trimmed.begin(), trimmed.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == ' ' ||
               c == '-';
      });
  if (!is_code) return NormalForm::LeftOut(Omission::kNotAPostalCode);
  return {std::string(trimmed)};
}

NormalForm ShortPostalCode(std::string_view value, const std::string& country) {
  NormalForm form = PostalCode(value);
  if (form.left_out()) return form;
  if (country == "US" || (country.empty() && IsUnitedStatesCode(form.text))) {
    if (form.text.size() < kUnitedStatesDigits ||
        !IsDigits(form.text.substr(0, kUnitedStatesDigits))) {
      return NormalForm::LeftOut(Omission::kNotAPostalCode);
    }
    form.text.resize(kUnitedStatesDigits);
    return form;
  }
  form.text.erase(std::remove_if(form.text.begin(), form.text.end(),
                                 [](char c) { return c == ' ' || c == '-'; }),
                  form.text.end());
  absl::AsciiStrToLower(&form.text);
  if (form.text.empty()) return NormalForm::LeftOut(Omission::kNotAPostalCode);
  if (country == "GB" && IsUnitedKingdomCode(form.text)) {
    form.text.resize(form.text.size() - 2);
  }
  return form;
}

}  // namespace audienced
