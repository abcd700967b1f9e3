#ifndef AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_PHONE_H_
#define AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_PHONE_H_

#include <string>
#include <string_view>

#include "daemon/destination/destination.h"

// Phone numbers as matchers compare them. Numbers are read by Google's
// libphonenumber: taking the digits alone would keep the trunk zero of
// `+44 (0)20 7946 0958`. A number that could be one by its country and length
// is taken: new ranges are given out faster than a library learns of them.

namespace audienced {

// Whether `region` is a country by which numbers can be read: `GB`.
bool IsPhoneRegion(std::string_view region);

// E.164 with its plus sign: `+442079460958`. A number without country code is
// one of `region`, and none where `region` is empty. Google: "Format user data"
// of the Data Manager API; TikTok: "List of supported IDs and formats for a
// customer file". Thread-safe.
NormalForm PhoneWithPlus(std::string_view value, const std::string& region);

// The digits of that: `442079460958`. Meta: "Hash and normalize customer
// information", `PHONE`. Thread-safe.
NormalForm PhoneDigits(std::string_view value, const std::string& region);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_PHONE_H_
