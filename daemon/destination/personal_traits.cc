#include "daemon/destination/personal_traits.h"

#include <initializer_list>
#include <optional>
#include <string_view>

namespace audienced {
namespace {

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

}  // namespace audienced
