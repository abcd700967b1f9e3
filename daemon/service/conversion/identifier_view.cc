#include "daemon/service/conversion/identifier_view.h"

#include <algorithm>
#include <utility>

#include "daemon/service/conversion/audience_conversion.h"

namespace audienced {
namespace {

// What stands for all kinds of a person of whom nothing is told.
constexpr char kAllKinds[] = "*";

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

void IdentifierView::HideTraits(v1::Context& context) const {
  if (visibility_ == v1::IDENTIFIER_VISIBILITY_PLAIN) return;
  HidePersonalTraits(context);
}

void IdentifierView::Fill(
    const std::vector<Identifier>& identifiers,
    google::protobuf::RepeatedPtrField<v1::Identifier>& into) const {
  into.Clear();
  ToldPerson person;
  Match(identifiers, {}, person);
  for (const Identifier* identifier : person.identifiers) {
    FillIdentifier(*identifier, *into.Add());
  }
}

void IdentifierView::Tell(const std::vector<Identifier>& identifiers,
                          const PersonalTraits& traits,
                          const std::vector<ConsentStanding>& consents,
                          ToldPerson& person) const {
  TellTo(Suffice(consents), identifiers, traits, person);
}

void IdentifierView::Tell(const std::vector<Identifier>& identifiers,
                          const PersonalTraits& traits,
                          const std::vector<ConsentStanding>& consents,
                          v1::Member& member) const {
  TellTo(Suffice(consents), identifiers, traits, member);
}

void IdentifierView::Tell(const std::vector<Identifier>& identifiers,
                          const PersonalTraits& traits,
                          const std::vector<ConsentStanding>& consents,
                          v1::MembershipChange& change) const {
  TellTo(change.kind() == v1::CHANGE_KIND_LEFT || Suffice(consents),
         identifiers, traits, change);
}

void IdentifierView::Match(const std::vector<Identifier>& identifiers,
                           const PersonalTraits& traits,
                           ToldPerson& person) const {
  person.identifiers.clear();
  person.omitted.clear();
  const bool plain = visibility_ == v1::IDENTIFIER_VISIBILITY_PLAIN;
  if (!plain && visibility_ != v1::IDENTIFIER_VISIBILITY_HASHED) return;
  if (plain && destination_ == Destination::kRaw) {
    return SortIdentifiers(identifiers, person.identifiers);
  }
  MatchingIdentifiers found = MatchingIdentifiersOf(
      destination_,
      {plain ? IdentifierDetail::kPlain : IdentifierDetail::kHashed,
       phone_region_},
      identifiers, traits);
  person.made = std::move(found.identifiers);
  person.omitted = std::move(found.omitted);
  for (const Identifier& made : person.made) {
    person.identifiers.push_back(&made);
  }
}

// Whether they grant all that the destination needs.
bool IdentifierView::Suffice(
    const std::vector<ConsentStanding>& consents) const {
  return std::all_of(
      purposes_.begin(), purposes_.end(), [&](const std::string& purpose) {
        return std::any_of(consents.begin(), consents.end(),
                           [&](const ConsentStanding& each) {
                             return each.purpose == purpose && each.granted;
                           });
      });
}

void IdentifierView::TellTo(bool agrees,
                            const std::vector<Identifier>& identifiers,
                            const PersonalTraits& traits,
                            ToldPerson& person) const {
  if (agrees) return Match(identifiers, traits, person);
  person.identifiers.clear();
  person.omitted = {{kAllKinds, Omission::kNoConsent}};
}

template <typename Message>
void IdentifierView::TellTo(bool agrees,
                            const std::vector<Identifier>& identifiers,
                            const PersonalTraits& traits,
                            Message& message) const {
  if (message.has_context()) HideTraits(*message.mutable_context());
  message.clear_identifiers();
  message.clear_omitted_identifiers();
  ToldPerson person;
  TellTo(agrees, identifiers, traits, person);
  for (const Identifier* identifier : person.identifiers) {
    FillIdentifier(*identifier, *message.add_identifiers());
  }
  for (const OmittedIdentifier& omitted : person.omitted) {
    v1::OmittedIdentifier& told = *message.add_omitted_identifiers();
    told.set_kind(omitted.kind);
    told.set_reason(std::string(Name(omitted.omission)));
  }
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
