#include "daemon/service/conversion/identifier_view.h"

#include <algorithm>

#include "daemon/service/conversion/audience_conversion.h"

namespace audienced {
namespace {

// What stands for all kinds of a person of whom nothing is told.
constexpr char kAllKinds[] = "*";

void FillOmitted(
    const std::vector<OmittedIdentifier>& omitted,
    google::protobuf::RepeatedPtrField<v1::OmittedIdentifier>& into) {
  for (const OmittedIdentifier& one : omitted) {
    v1::OmittedIdentifier& told = *into.Add();
    told.set_kind(one.kind);
    told.set_reason(std::string(Name(one.omission)));
  }
}

}  // namespace

IdentifierView::IdentifierView(const Caller& caller, Destination destination,
                               const DestinationSettings& settings)
    : visibility_(caller.identifiers()),
      destination_(destination),
      phone_region_(settings.phone_region) {
  const auto needs = settings.consents.find(destination);
  if (needs != settings.consents.end()) purposes_ = needs->second;
}

bool IdentifierView::uses_traits() const {
  return visibility_ != v1::IDENTIFIER_VISIBILITY_NONE &&
         UsesTraits(destination_);
}

void IdentifierView::Fill(
    const std::vector<Identifier>& identifiers,
    google::protobuf::RepeatedPtrField<v1::Identifier>& into) const {
  into.Clear();
  for (const Identifier& identifier : Match(identifiers, {}).identifiers) {
    FillIdentifier(identifier, *into.Add());
  }
}

void IdentifierView::Tell(const std::vector<Identifier>& identifiers,
                          const PersonalTraits& traits,
                          v1::Member& member) const {
  TellMatching(identifiers, traits, Consents(member.consents()), member);
}

void IdentifierView::Tell(const std::vector<Identifier>& identifiers,
                          const PersonalTraits& traits,
                          v1::MembershipChange& change) const {
  TellMatching(
      identifiers, traits,
      change.kind() == v1::CHANGE_KIND_LEFT || Consents(change.consents()),
      change);
}

MatchingIdentifiers IdentifierView::Match(
    const std::vector<Identifier>& identifiers,
    const PersonalTraits& traits) const {
  switch (visibility_) {
    case v1::IDENTIFIER_VISIBILITY_PLAIN:
      return MatchingIdentifiersOf(destination_,
                                   {IdentifierDetail::kPlain, phone_region_},
                                   identifiers, traits);
    case v1::IDENTIFIER_VISIBILITY_HASHED:
      return MatchingIdentifiersOf(destination_,
                                   {IdentifierDetail::kHashed, phone_region_},
                                   identifiers, traits);
    default:
      return {};
  }
}

bool IdentifierView::Consents(
    const google::protobuf::RepeatedPtrField<v1::ConsentState>& told) const {
  return std::all_of(
      purposes_.begin(), purposes_.end(), [&](const std::string& purpose) {
        return std::any_of(
            told.begin(), told.end(), [&](const v1::ConsentState& consent) {
              return consent.purpose() == purpose && consent.granted();
            });
      });
}

template <typename Message>
void IdentifierView::TellMatching(const std::vector<Identifier>& identifiers,
                                  const PersonalTraits& traits, bool consents,
                                  Message& message) const {
  HideTraits(message);
  message.clear_identifiers();
  message.clear_omitted_identifiers();
  if (!consents) {
    return FillOmitted({{kAllKinds, Omission::kNoConsent}},
                       *message.mutable_omitted_identifiers());
  }
  const MatchingIdentifiers found = Match(identifiers, traits);
  for (const Identifier& identifier : found.identifiers) {
    FillIdentifier(identifier, *message.add_identifiers());
  }
  FillOmitted(found.omitted, *message.mutable_omitted_identifiers());
}

Destination ToDestination(v1::Destination destination) {
  switch (destination) {
    case v1::DESTINATION_GOOGLE:
      return Destination::kGoogle;
    case v1::DESTINATION_META:
      return Destination::kMeta;
    case v1::DESTINATION_TIKTOK:
      return Destination::kTikTok;
    case v1::DESTINATION_LINKEDIN:
      return Destination::kLinkedIn;
    default:
      return Destination::kRaw;
  }
}

}  // namespace audienced
