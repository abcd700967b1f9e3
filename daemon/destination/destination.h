#ifndef AUDIENCED_DAEMON_DESTINATION_DESTINATION_H_
#define AUDIENCED_DAEMON_DESTINATION_DESTINATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace audienced {

// Who receives the members of an audience. Each wants identifiers in a form of
// its own: a phone number that Google matches Meta does not.
enum class Destination : uint8_t {
  // Nobody in particular: identifiers are not made fit for a matcher.
  kRaw,
  kGoogle,
  kMeta,
  kTikTok,
  kLinkedIn,
};

// `raw`, `google`, `meta`, `tiktok`, `linkedin`.
std::string_view Name(Destination destination);

// By that name; absent where there is none.
std::optional<Destination> FindDestination(std::string_view name);

// Why a value is not told to a destination.
enum class Omission : uint8_t {
  kNone,
  kEmpty,
  kTooLong,
  // Not UTF-8, or with characters that are none of a text.
  kNotText,
  kNotAnEmail,
  kNotAPhoneNumber,
  kNotAName,
  kNotAPostalCode,
  kUnknownCountry,
  kUnknownGender,
  kNotADate,
  kNotAnAdvertisingId,
  // The destination matches an address only as a whole, and a part is missing.
  kIncompleteAddress,
  // A person's consent that the destination needs is not granted.
  kNoConsent,
};

// `empty`, `too_long`, `not_an_email`, ...; empty for kNone.
std::string_view Name(Omission omission);

// A value as a destination compares it, or why there is none.
struct NormalForm {
  std::string text;  // empty: left out
  Omission omission = Omission::kNone;

  static NormalForm LeftOut(Omission why) { return {"", why}; }

  bool left_out() const { return omission != Omission::kNone; }
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_DESTINATION_H_
