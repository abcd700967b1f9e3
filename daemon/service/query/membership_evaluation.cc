#include "daemon/service/query/membership_evaluation.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/service/conversion/audience_conversion.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/destination_people.h"

namespace audienced {

std::optional<size_t> NumberFor(const RulesState& rules, const Profile& profile,
                                size_t audience) {
  if (profile.projection == rules.projection) return audience;
  const int number = profile.projection->rulebook().FindAudience(
      rules.projection->rulebook().audience(audience).name);
  if (number < 0) return std::nullopt;
  return static_cast<size_t>(number);
}

std::string WithheldFor(const Audience& audience, bool is_held_out,
                        const Tally& tally) {
  switch (audience.status) {
    case AudienceStatus::kDraft:
      return "the audience is a draft";
    case AudienceStatus::kPaused:
      return "the audience is paused";
    case AudienceStatus::kLive:
      break;
  }
  if (is_held_out) return "the profile is in the control share";
  if (!tally.open) {
    return absl::StrCat("the audience has ", tally.members,
                        " members; it is published from ",
                        audience.minimum_size, " on");
  }
  return "";
}

MembershipEvaluation::MembershipEvaluation(const RulesState& rules,
                                           const Profile& profile)
    : rules_(rules),
      profile_(profile),
      evaluation_(*profile.projection, *profile.history, profile.key) {}

std::optional<size_t> MembershipEvaluation::NumberOf(size_t audience) const {
  return NumberFor(rules_, profile_, audience);
}

// Of a profile under the rules in force it is that of their latest text.
int64_t MembershipEvaluation::rule_version() const {
  return profile_.projection == rules_.projection ? rules_.version
                                                  : profile_.rule_version;
}

std::string MembershipEvaluation::Withheld(size_t audience,
                                           const Tally& tally) const {
  return WithheldFor(rulebook().audience(audience),
                     evaluation_.HeldOut(audience), tally);
}

v1::Member MembershipEvaluation::MemberAt(size_t audience,
                                          const Standing& standing, Instant t,
                                          const IdentifierView& view) {
  const auto number = static_cast<uint32_t>(audience);
  const AudienceMembership* published = FindMembership(profile_, number);
  StayRecord stay;
  stay.profile = profile_.id;
  stay.audience = rulebook().audience(audience).name;
  stay.membership.episode = EpisodeOf(audience, standing);
  stay.membership.entered_at = standing.membership.begin;
  stay.membership.effective_at = standing.membership.begin;
  stay.membership.announced_flip = standing.next_flip;
  stay.membership.context = evaluation_.ContextAt(audience, t);
  stay.rule_version = rule_version();
  if (published != nullptr &&
      published->membership.episode == stay.membership.episode) {
    stay.existing = published->existing;
    stay.continues = published->continues;
    const Membership& last = published->membership;
    if (last.member && last.effective_at <= t) {
      stay.membership.entered_at = last.entered_at;
      stay.membership.effective_at = last.effective_at;
    }
  }
  for (const FormerEpisode* former :
       FormerEpisodesIn(profile_, stay.audience, standing.match)) {
    if (stay.continues.empty()) stay.existing |= former->existing;
    AddContinued(former->episode, stay.continues);
  }
  v1::Member member = ToMember(stay);
  const std::vector<ConsentStanding> consents =
      ConsentsAt(rulebook(), profile_.history->consents(), t);
  FillConsents(consents, member);
  view.Tell(profile_.identifiers,
            view.uses_traits() ? PersonalTraitsAt(*profile_.history, t)
                               : PersonalTraits(),
            consents, member);
  member.clear_commit_time();
  return member;
}

// The number that the stay has, or gets when it is published; 0 where it lies
// before what was published last.
int64_t MembershipEvaluation::EpisodeOf(size_t audience,
                                        const Standing& standing) const {
  const AudienceMembership* published =
      FindMembership(profile_, static_cast<uint32_t>(audience));
  if (published == nullptr || published->membership.episode == 0) return 1;
  const Interval& known = published->membership.match;
  if (standing.match.begin >= known.end) {
    return published->membership.episode + 1;
  }
  return known.begin < standing.match.end ? published->membership.episode : 0;
}

}  // namespace audienced
