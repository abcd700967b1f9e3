#include "daemon/destination/matching_identifiers.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "daemon/destination/normal_form/advertising_id.h"
#include "daemon/destination/normal_form/birthday.h"
#include "daemon/destination/normal_form/email.h"
#include "daemon/destination/normal_form/letters.h"
#include "daemon/destination/normal_form/name.h"
#include "daemon/destination/normal_form/phone.h"
#include "daemon/destination/normal_form/place.h"
#include "daemon/digest/digest.h"

namespace audienced {
namespace {

constexpr char kHashedEnd[] = "_sha256";
// As identifiers may be long.
constexpr size_t kExternalIdLimitBytes = 512;

// What the form of one value depends on beside it.
struct Surroundings {
  std::string phone_region;
  std::string country;  // of the person: `GB`; empty: not known
};

// What a kind of a destination is made from: identifiers of some kinds, or one
// trait.
struct Source {
  std::array<std::string_view, 4> kinds = {};
  std::string PersonalTraits::*trait = nullptr;
};

constexpr Source kEmail = {{"email", "email_sha256"}};
constexpr Source kPhone = {{"phone", "phone_sha256"}};
constexpr Source kDevice = {{"advertising_id", "idfa", "gaid", "madid"}};
constexpr Source kAndroidDevice = {{"gaid"}};
constexpr Source kUserId = {{"user_id"}};
constexpr Source kFirstName = {{}, &PersonalTraits::first_name};
constexpr Source kLastName = {{}, &PersonalTraits::last_name};
constexpr Source kCity = {{}, &PersonalTraits::city};
constexpr Source kState = {{}, &PersonalTraits::state};
constexpr Source kPostalCode = {{}, &PersonalTraits::postal_code};
constexpr Source kCountry = {{}, &PersonalTraits::country};
constexpr Source kGender = {{}, &PersonalTraits::gender};
constexpr Source kBirthday = {{}, &PersonalTraits::birthday};

using Form = NormalForm (*)(std::string_view value, const Surroundings& around);

// Gives a form that depends on the value alone the signature of the others.
template <NormalForm (*form)(std::string_view)>
NormalForm Alone(std::string_view value, const Surroundings&) {
  return form(value);
}

template <NormalForm (*form)(std::string_view, const std::string&)>
NormalForm InRegion(std::string_view value, const Surroundings& around) {
  return form(value, around.phone_region);
}

template <NormalForm (*form)(std::string_view, const std::string&)>
NormalForm InCountry(std::string_view value, const Surroundings& around) {
  return form(value, around.country);
}

NormalForm ExternalId(std::string_view value) {
  const std::string_view trimmed = Trimmed(value);
  if (trimmed.empty()) return NormalForm::LeftOut(Omission::kEmpty);
  if (trimmed.size() > kExternalIdLimitBytes) {
    return NormalForm::LeftOut(Omission::kTooLong);
  }
  if (!LowerCase(trimmed)) return NormalForm::LeftOut(Omission::kNotText);
  return {std::string(trimmed)};
}

// How a kind is told. A place in the world tells nobody apart and may be seen
// where identifiers may not.
enum class Told { kHashed, kPlainIdentifier, kPlainPlace };

// One kind that a destination gets.
struct Field {
  std::string_view kind;
  Source source;
  Form form = nullptr;
  Told told = Told::kHashed;
};

constexpr std::array kGoogleFields = {
    Field{"email_sha256", kEmail, Alone<GoogleEmail>},
    Field{"phone_sha256", kPhone, InRegion<PhoneWithPlus>},
    Field{"first_name_sha256", kFirstName, Alone<NameWithoutTitle>},
    Field{"last_name_sha256", kLastName, Alone<NameWithoutSuffix>},
    Field{"country", kCountry, Alone<Country>, Told::kPlainPlace},
    Field{"postal_code", kPostalCode, Alone<PostalCode>, Told::kPlainPlace},
    Field{"advertising_id", kDevice, Alone<AdvertisingId>,
          Told::kPlainIdentifier},
    Field{"external_id", kUserId, Alone<ExternalId>, Told::kPlainIdentifier},
};

constexpr std::array kMetaFields = {
    Field{"email_sha256", kEmail, Alone<PlainEmail>},
    Field{"phone_sha256", kPhone, InRegion<PhoneDigits>},
    Field{"first_name_sha256", kFirstName, Alone<PlainName>},
    Field{"last_name_sha256", kLastName, Alone<PlainName>},
    Field{"gender_sha256", kGender, Alone<Gender>},
    Field{"birth_year_sha256", kBirthday, Alone<BirthYear>},
    Field{"birth_month_sha256", kBirthday, Alone<BirthMonth>},
    Field{"birth_day_sha256", kBirthday, Alone<BirthDay>},
    Field{"city_sha256", kCity, Alone<City>},
    Field{"state_sha256", kState, InCountry<State>},
    Field{"postal_code_sha256", kPostalCode, InCountry<ShortPostalCode>},
    Field{"country_sha256", kCountry, Alone<LowerCountry>},
    Field{"advertising_id", kDevice, Alone<AdvertisingId>,
          Told::kPlainIdentifier},
    Field{"external_id", kUserId, Alone<ExternalId>, Told::kPlainIdentifier},
};

constexpr std::array kTikTokFields = {
    Field{"email_sha256", kEmail, Alone<SpacelessEmail>},
    Field{"phone_sha256", kPhone, InRegion<PhoneWithPlus>},
    Field{"advertising_id_sha256", kDevice, Alone<AdvertisingId>},
};

constexpr std::array kLinkedInFields = {
    Field{"email_sha256", kEmail, Alone<PlainEmail>},
    Field{"google_aid", kAndroidDevice, Alone<AdvertisingId>,
          Told::kPlainIdentifier},
};

// What Google matches only together.
constexpr std::array<std::string_view, 4> kGoogleAddress = {
    "first_name_sha256", "last_name_sha256", "country", "postal_code"};

absl::Span<const Field> FieldsOf(Destination destination) {
  switch (destination) {
    case Destination::kRaw:
      return {};
    case Destination::kGoogle:
      return kGoogleFields;
    case Destination::kMeta:
      return kMetaFields;
    case Destination::kTikTok:
      return kTikTokFields;
    case Destination::kLinkedIn:
      return kLinkedInFields;
  }
  return {};
}

bool IsHashedKind(const std::string& kind) {
  return absl::EndsWith(kind, kHashedEnd);
}

void Omit(std::string kind, Omission omission, MatchingIdentifiers& into) {
  into.omitted.push_back({std::move(kind), omission});
}

// Adds `value` in the form of `field`, or why there is none. `came_hashed`:
// the sender says that it is a hash.
void AddValue(const Field& field, std::string_view value, bool came_hashed,
              const Surroundings& around, MatchingIdentifiers& into) {
  const std::string kind(field.kind);
  const std::string_view trimmed = Trimmed(value);
  if (field.told == Told::kHashed && IsSha256Hex(trimmed)) {
    std::string hash(trimmed);
    absl::AsciiStrToLower(&hash);
    into.identifiers.push_back({kind, std::move(hash)});
    return;
  }
  if (came_hashed) return Omit(kind, Omission::kNotText, into);
  const NormalForm form = field.form(value, around);
  if (form.left_out()) return Omit(kind, form.omission, into);
  into.identifiers.push_back(
      {kind, field.told == Told::kHashed ? Sha256Hex(form.text) : form.text});
}

void AddField(const Field& field, const std::vector<Identifier>& identifiers,
              const PersonalTraits& traits, const Surroundings& around,
              MatchingIdentifiers& into) {
  if (field.source.trait != nullptr) {
    const std::string& value = traits.*field.source.trait;
    if (!value.empty()) AddValue(field, value, false, around, into);
    return;
  }
  const auto& kinds = field.source.kinds;
  for (const Identifier& identifier : identifiers) {
    if (identifier.kind.empty() ||
        std::find(kinds.begin(), kinds.end(), identifier.kind) == kinds.end()) {
      continue;
    }
    AddValue(field, identifier.value, IsHashedKind(identifier.kind), around,
             into);
  }
}

bool IsGoogleAddress(const std::string& kind) {
  return std::find(kGoogleAddress.begin(), kGoogleAddress.end(), kind) !=
         kGoogleAddress.end();
}

// Takes out the parts of an address that is not whole.
void DropIncompleteAddress(MatchingIdentifiers& into) {
  const auto is_part = [](const Identifier& identifier) {
    return IsGoogleAddress(identifier.kind);
  };
  const auto parts = static_cast<size_t>(
      std::count_if(into.identifiers.begin(), into.identifiers.end(), is_part));
  if (parts == 0 || parts == kGoogleAddress.size()) return;
  for (const Identifier& identifier : into.identifiers) {
    if (!is_part(identifier)) continue;
    Omit(identifier.kind, Omission::kIncompleteAddress, into);
  }
  into.identifiers.erase(
      std::remove_if(into.identifiers.begin(), into.identifiers.end(), is_part),
      into.identifiers.end());
}

// The form in which a raw identifier is hashed. Those of a sender's own kinds
// are compared exactly, case included, wherever they go.
NormalForm RawForm(const std::string& kind, const std::string& value,
                   const Surroundings& around) {
  if (kind == "email") return PlainEmail(value);
  if (kind == "phone") return PhoneWithPlus(value, around.phone_region);
  if (std::find(kDevice.kinds.begin(), kDevice.kinds.end(), kind) !=
      kDevice.kinds.end()) {
    return AdvertisingId(value);
  }
  return {value};
}

void AddHashed(const Identifier& identifier, const Surroundings& around,
               MatchingIdentifiers& into) {
  const bool came_hashed = IsHashedKind(identifier.kind);
  const std::string kind =
      came_hashed ? identifier.kind : identifier.kind + kHashedEnd;
  const auto form = [](std::string_view value, const Surroundings&) {
    return NormalForm{std::string(value)};
  };
  if (came_hashed || IsSha256Hex(Trimmed(identifier.value))) {
    return AddValue({kind, {}, form}, identifier.value, came_hashed, around,
                    into);
  }
  const NormalForm raw = RawForm(identifier.kind, identifier.value, around);
  if (raw.left_out()) return Omit(kind, raw.omission, into);
  AddValue({kind, {}, form}, raw.text, false, around, into);
}

bool IsBefore(const Identifier& left, const Identifier& right) {
  return std::tie(left.kind, left.value) < std::tie(right.kind, right.value);
}

void SortAndUnify(MatchingIdentifiers& found) {
  std::sort(found.identifiers.begin(), found.identifiers.end(), IsBefore);
  found.identifiers.erase(
      std::unique(found.identifiers.begin(), found.identifiers.end()),
      found.identifiers.end());
  std::sort(found.omitted.begin(), found.omitted.end(),
            [](const OmittedIdentifier& left, const OmittedIdentifier& right) {
              return std::tie(left.kind, left.omission) <
                     std::tie(right.kind, right.omission);
            });
  found.omitted.erase(std::unique(found.omitted.begin(), found.omitted.end()),
                      found.omitted.end());
}

}  // namespace

MatchingIdentifiers MatchingIdentifiersOf(
    Destination destination, const MatchingOptions& options,
    const std::vector<Identifier>& identifiers, const PersonalTraits& traits) {
  MatchingIdentifiers found;
  const bool plain = options.detail == IdentifierDetail::kPlain;
  if (destination == Destination::kRaw && plain) {
    std::vector<const Identifier*> sorted;
    SortIdentifiers(identifiers, sorted);
    for (const Identifier* each : sorted) found.identifiers.push_back(*each);
    return found;
  }
  const Surroundings around{options.phone_region, Country(traits.country).text};
  if (destination == Destination::kRaw) {
    for (const Identifier& identifier : identifiers) {
      AddHashed(identifier, around, found);
    }
  }
  for (const Field& field : FieldsOf(destination)) {
    if (field.told == Told::kPlainIdentifier && !plain) continue;
    AddField(field, identifiers, traits, around, found);
  }
  if (destination == Destination::kGoogle) DropIncompleteAddress(found);
  SortAndUnify(found);
  return found;
}

void SortIdentifiers(const std::vector<Identifier>& identifiers,
                     std::vector<const Identifier*>& sorted) {
  sorted.clear();
  for (const Identifier& each : identifiers) sorted.push_back(&each);
  if (sorted.size() < 2) return;
  std::sort(sorted.begin(), sorted.end(),
            [](const Identifier* left, const Identifier* right) {
              return IsBefore(*left, *right);
            });
  const auto is_same = [](const Identifier* left, const Identifier* right) {
    return *left == *right;
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), is_same),
               sorted.end());
}

bool UsesTraits(Destination destination) {
  const absl::Span<const Field> fields = FieldsOf(destination);
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return field.source.trait != nullptr;
  });
}

}  // namespace audienced
