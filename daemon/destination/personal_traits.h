#ifndef AUDIENCED_DAEMON_DESTINATION_PERSONAL_TRAITS_H_
#define AUDIENCED_DAEMON_DESTINATION_PERSONAL_TRAITS_H_

#include <string>
#include <string_view>

#include "rules/history/value.h"

namespace audienced {

// What destinations match people by beside identifiers, as events told it.
// Empty: not known.
struct PersonalTraits {
  std::string first_name;
  std::string last_name;
  std::string city;
  std::string state;
  std::string postal_code;
  std::string country;
  std::string gender;
  std::string birthday;
};

// Out of the traits of a profile. Each is looked for under the names that
// senders use, the first that has a text or a number counts:
//
//   first_name   first_name, firstName, given_name, givenName
//   last_name    last_name, lastName, family_name, familyName
//   city         city, address.city
//   state        state, region, address.state, address.region
//   postal_code  postal_code, postalCode, zip, address.postal_code,
//                address.postalCode, address.zip
//   country      country, country_code, countryCode, address.country,
//                address.country_code, address.countryCode
//   gender       gender, sex
//   birthday     birthday, date_of_birth, dateOfBirth, birth_date
PersonalTraits PersonalTraitsOf(const Properties& traits);

// Whether a trait of this name, or a field of one, says who somebody is or how
// to reach them: what is named above, and names of contacts (`email`, `phone`,
// `name`, `address`, `street` and the like). Case, `_`, `-` and spaces make no
// difference; of a path, `contact.email`, any part counts.
bool IdentifiesPerson(std::string_view name);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_PERSONAL_TRAITS_H_
