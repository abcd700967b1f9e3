#include "daemon/destination/personal_traits.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string_view>

#include "absl/strings/ascii.h"

namespace audienced {
namespace {

// Without `_` and `-`, in lower case.
constexpr std::string_view kPersonalNames[] = {
    // Those of PersonalTraitsOf().
    "firstname", "givenname", "lastname", "familyname", "city", "state",
    "region", "postalcode", "zip", "country", "countrycode", "gender", "sex",
    "birthday", "dateofbirth", "birthdate",
    // Whole addresses, and how to reach somebody.
    "address", "billingaddress", "shippingaddress", "street", "streetaddress",
    "address1", "address2", "zipcode", "postcode", "email", "emailaddress",
    "mail", "phone", "phonenumber", "mobile", "mobilenumber", "mobilephone",
    "telephone", "tel", "name", "fullname", "displayname", "middlename",
    "surname", "username", "nickname", "dob"};

bool IsPersonalName(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '_' && c != '-' && c != ' ') plain += absl::ascii_tolower(c);
  }
  return std::find(std::begin(kPersonalNames), std::end(kPersonalNames),
                   plain) != std::end(kPersonalNames);
}

std::string FirstOf(const Properties& traits,
                    std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const Value* const value = traits.FindPath(name);
    if (value == nullptr) continue;
    if (value->text() == nullptr && value->number() == nullptr) continue;
    std::optional<std::string> text = AsText(*value);
    if (text && !text->empty()) return *std::move(text);
  }
  return "";
}

}  // namespace

PersonalTraits PersonalTraitsOf(const Properties& traits) {
  PersonalTraits found;
  found.first_name =
      FirstOf(traits, {"first_name", "firstName", "given_name", "givenName"});
  found.last_name =
      FirstOf(traits, {"last_name", "lastName", "family_name", "familyName"});
  found.city = FirstOf(traits, {"city", "address.city"});
  found.state =
      FirstOf(traits, {"state", "region", "address.state", "address.region"});
  found.postal_code = FirstOf(
      traits, {"postal_code", "postalCode", "zip", "address.postal_code",
               "address.postalCode", "address.zip"});
  found.country = FirstOf(
      traits, {"country", "country_code", "countryCode", "address.country",
               "address.country_code", "address.countryCode"});
  found.gender = FirstOf(traits, {"gender", "sex"});
  found.birthday = FirstOf(
      traits, {"birthday", "date_of_birth", "dateOfBirth", "birth_date"});
  return found;
}

bool IdentifiesPerson(std::string_view name) {
  while (true) {
    const size_t dot = name.find('.');
    if (IsPersonalName(name.substr(0, dot))) return true;
    if (dot == std::string_view::npos) return false;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace audienced
