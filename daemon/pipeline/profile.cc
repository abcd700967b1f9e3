#include "daemon/pipeline/profile.h"

#include <algorithm>
#include <utility>

namespace audienced {

const AudienceMembership* FindMembership(const Profile& profile,
                                         uint32_t audience) {
  for (const AudienceMembership& each : profile.memberships) {
    if (each.audience == audience) return &each;
  }
  return nullptr;
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
