#include "daemon/pipeline/profile.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace audienced {

const AudienceMembership* FindMembership(const Profile& profile,
                                         uint32_t audience) {
  for (const AudienceMembership& each : profile.memberships) {
    if (each.audience == audience) return &each;
  }
  return nullptr;
}

AudienceMembership& MembershipIn(Profile& profile, uint32_t audience) {
  auto place = std::lower_bound(
      profile.memberships.begin(), profile.memberships.end(), audience,
      [](const AudienceMembership& each, uint32_t number) {
        return each.audience < number;
      });
  if (place == profile.memberships.end() || place->audience != audience) {
    place = profile.memberships.insert(place, AudienceMembership{});
    place->audience = audience;
  }
  return *place;
}

const AudienceMembership* FindMembership(const Profile& profile,
                                         std::string_view audience) {
  if (profile.projection != nullptr) {
    const int number = profile.projection->rulebook().FindAudience(audience);
    if (number >= 0) {
      return FindMembership(profile, static_cast<uint32_t>(number));
    }
  }
  for (const RetiredMembership& each : profile.retired) {
    if (each.audience == audience) return &each.membership;
  }
  return nullptr;
}

std::vector<ProfileId> PartsOf(const Profile& profile) {
  std::vector<ProfileId> parts = profile.absorbed;
  parts.push_back(profile.id);
  return parts;
}

RetiredMembership ToRetired(StayRecord stay) {
  RetiredMembership retired;
  retired.audience = std::move(stay.audience);
  AudienceMembership& membership = retired.membership;
  membership.membership = std::move(stay.membership);
  membership.entered_sequence = stay.entered_sequence;
  membership.rule_version = stay.rule_version;
  membership.changed_at = ToInstant(stay.changed_at);
  membership.existing = stay.existing;
  membership.continues = stay.continues;
  return retired;
}

void Finish(const Profile& profile, Instant events_from, History& history) {
  history.ExtendTo(profile.first_event_at);
  history.ForgetBefore(events_from);
}

void AddFormerEpisode(ProfileId profile, const std::string& audience,
                      const AudienceMembership& membership, Instant now,
                      std::vector<FormerEpisode>& former) {
  const Membership& last = membership.membership;
  if (last.episode == 0) return;
  // It was foreseen to last longer, but nobody knows whether it did.
  const Instant left_at = last.member ? now : last.effective_at;
  former.push_back({audience,
                    {profile, last.episode},
                    UpTo(last.match, left_at),
                    last.entered_at,
                    membership.changed_at,
                    membership.existing});
}

void AddFormerEpisodes(const Profile& profile, Instant now,
                       std::vector<FormerEpisode>& former) {
  for (const AudienceMembership& each : profile.memberships) {
    AddFormerEpisode(
        profile.id, profile.projection->rulebook().audience(each.audience).name,
        each, now, former);
  }
  for (const RetiredMembership& each : profile.retired) {
    AddFormerEpisode(profile.id, each.audience, each.membership, now, former);
  }
}

std::vector<const FormerEpisode*> FormerEpisodesIn(const Profile& profile,
                                                   std::string_view audience,
                                                   const Interval& match) {
  std::vector<const FormerEpisode*> found;
  for (const FormerEpisode& each : profile.former_episodes) {
    if (each.audience == audience && each.episode.profile != profile.id &&
        each.match.Overlaps(match)) {
      found.push_back(&each);
    }
  }
  // Of a chain of merges all have entered at one instant.
  const auto order = [](const FormerEpisode& one) {
    return std::tie(one.entered_at, one.changed_at, one.episode.profile);
  };
  std::sort(found.begin(), found.end(),
            [&](const FormerEpisode* left, const FormerEpisode* right) {
              return order(*left) < order(*right);
            });
  return found;
}

void AddContinued(const ContinuedEpisode& episode,
                  std::vector<ContinuedEpisode>& continued) {
  if (std::find(continued.begin(), continued.end(), episode) ==
      continued.end()) {
    continued.push_back(episode);
  }
}

void MoveToRules(Profile& profile, std::shared_ptr<Projection> projection,
                 int64_t rule_version) {
  std::vector<RetiredMembership> known = std::move(profile.retired);
  for (AudienceMembership& each : profile.memberships) {
    known.push_back(
        {profile.projection->rulebook().audience(each.audience).name,
         std::move(each)});
  }
  profile.memberships.clear();
  profile.retired.clear();
  for (RetiredMembership& each : known) {
    const int number = projection->rulebook().FindAudience(each.audience);
    each.membership.counted_as = CountedAs::kNothing;
    if (number < 0) {
      profile.retired.push_back(std::move(each));
      continue;
    }
    each.membership.audience = static_cast<uint32_t>(number);
    profile.memberships.push_back(std::move(each.membership));
  }
  std::sort(
      profile.memberships.begin(), profile.memberships.end(),
      [](const AudienceMembership& left, const AudienceMembership& right) {
        return left.audience < right.audience;
      });
  if (profile.projection == nullptr ||
      !projection->Reads(*profile.projection)) {
    profile.history = nullptr;
  }
  profile.projection = std::move(projection);
  profile.rule_version = rule_version;
}

}  // namespace audienced
