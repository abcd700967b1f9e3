#ifndef AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_PLACE_H_
#define AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_PLACE_H_

#include <string>
#include <string_view>

#include "daemon/destination/destination.h"

// Parts of addresses as matchers compare them. `country` is what Country() made
// of the person's country, empty where that is not known.
//
// Meta: "Hash and normalize customer information". Google: "Format user data"
// of the Data Manager API, `region_code` and `postal_code`.

namespace audienced {

// ISO 3166-1 alpha-2 in upper case: `GB`, from that, from alpha-3 or from the
// English name. Google wants it so.
NormalForm Country(std::string_view value);

// The same in lower case. Meta: `COUNTRY`.
NormalForm LowerCountry(std::string_view value);

// The letters alone: `St. Louis` is `stlouis`. Meta: `CT`.
NormalForm City(std::string_view value);

// The two letters of a state of the United States, else letters and digits
// alone: `California` is `ca`, `Île-de-France` is `îledefrance`. Meta: `ST`.
NormalForm State(std::string_view value, const std::string& country);

// As it is, without white space around. Google.
NormalForm PostalCode(std::string_view value);

// In lower case without spaces and dashes; of the United States the first five
// digits, of the United Kingdom area, district and sector: `SW1A 1AA` is
// `sw1a1`. Meta: `ZIP`.
NormalForm ShortPostalCode(std::string_view value, const std::string& country);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_PLACE_H_
