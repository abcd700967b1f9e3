#ifndef AUDIENCED_DAEMON_DESTINATION_MATCHING_IDENTIFIERS_H_
#define AUDIENCED_DAEMON_DESTINATION_MATCHING_IDENTIFIERS_H_

#include <string>
#include <vector>

#include "daemon/destination/destination.h"
#include "daemon/destination/personal_traits.h"
#include "daemon/ingest/incoming_event.h"

// A person as a destination matches people. A pure library: no clock, no state.
//
// What each destination gets, as kinds of identifiers; README.md beside this
// says from where and in which form:
//
//   google    email_sha256 phone_sha256; first_name_sha256 last_name_sha256
//             country postal_code, all four or none; advertising_id
//             external_id
//   meta      email_sha256 phone_sha256 first_name_sha256 last_name_sha256
//             gender_sha256 birth_year_sha256 birth_month_sha256
//             birth_day_sha256 city_sha256 state_sha256 postal_code_sha256
//             country_sha256 advertising_id external_id
//   tiktok    email_sha256 phone_sha256 advertising_id_sha256
//   linkedin  email_sha256 google_aid
//   raw       the identifiers as they are, or each as KIND_sha256
//
// Hashes are SHA-256 in lower-case hexadecimal digits. A value that is one
// already is passed through, so senders may hash by themselves: in the form
// that the destination wants.

namespace audienced {

// Which identifiers may be told.
enum class IdentifierDetail : uint8_t {
  // Hashed ones only; `advertising_id`, `google_aid` and `external_id` are left
  // out.
  kHashed,
  // All.
  kPlain,
};

struct MatchingOptions {
  IdentifierDetail detail = IdentifierDetail::kPlain;
  // The country of phone numbers without country code: `GB`. Empty: such a
  // number cannot be told.
  std::string phone_region;
};

// Something of the person that is not told, and why.
struct OmittedIdentifier {
  std::string kind;  // as which it would have been told
  Omission omission = Omission::kNone;

  friend bool operator==(const OmittedIdentifier&,
                         const OmittedIdentifier&) = default;
};

struct MatchingIdentifiers {
  // By kind and value, none twice.
  std::vector<Identifier> identifiers;
  // By kind, none twice.
  std::vector<OmittedIdentifier> omitted;
};

// The person with these identifiers and traits as `destination` wants it. Takes
// any text: what has no form there is omitted, never a fault.
MatchingIdentifiers MatchingIdentifiersOf(
    Destination destination, const MatchingOptions& options,
    const std::vector<Identifier>& identifiers, const PersonalTraits& traits);

// Replaces `sorted` by `identifiers` by kind and value, none twice. Borrows
// them: that is how they are told where all may be seen as they are.
void SortIdentifiers(const std::vector<Identifier>& identifiers,
                     std::vector<const Identifier*>& sorted);

// Whether `destination` matches people by traits too.
bool UsesTraits(Destination destination);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_MATCHING_IDENTIFIERS_H_
