#include "daemon/service/query/member_teller.h"

#include <optional>

#include "daemon/service/conversion/audience_conversion.h"

namespace audienced {

MemberTeller::MemberTeller(const IdentifierView& view,
                           const std::string& audience, Instant now)
    : view_(view), audience_(audience), now_(now), writer_(audience) {}

void MemberTeller::Tell(const PublishedMember& member, const TraitTable& traits,
                        MemberPage& page) {
  person_.identifiers.clear();
  person_.omitted.clear();
  consents_.clear();
  if (member.profile != nullptr) TellPerson(*member.profile, traits);
  std::optional<v1::Context> context =
      ContextOf(member.stay->membership.context, audience_);
  if (context) view_.HideTraits(*context);
  page.Add({member.id, *member.stay, person_, consents_,
            context ? &*context : nullptr},
           writer_);
}

void MemberTeller::TellPerson(const Profile& profile,
                              const TraitTable& traits) {
  static const auto& unknown = *new PersonalTraits;
  consents_ =
      ConsentsAt(profile.projection->rulebook(), profile.consents, now_);
  const auto found = traits.find(profile.id);
  view_.Tell(profile.identifiers,
             found == traits.end() ? unknown : found->second, consents_,
             person_);
}

}  // namespace audienced
