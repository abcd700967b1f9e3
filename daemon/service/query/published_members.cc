#include "daemon/service/query/published_members.h"

#include <algorithm>
#include <utility>

namespace audienced {
namespace {

// Of fewer members than one in so many profiles the index finds the next one
// faster than a walk through all profiles.
constexpr int64_t kFewOneIn = 100;
// Looked at together: a page may be cut before their end.
constexpr int kProfilesPerWalk = 512;
constexpr int kStaysPerRead = 1000;
// So many changes since the state of the list are looked through.
constexpr int kChangeLimit = 10'000;

// So many profiles before one is looked at, it is asked of memory.
constexpr size_t kLookAhead = 16;

constexpr size_t kLineBytes = 64;

// What says whether the profile is a member is on its way from memory.
void Prefetch(const Profile& profile) {
  for (const AudienceMembership& each : profile.memberships) {
    __builtin_prefetch(&each.audience);
  }
  __builtin_prefetch(profile.identifiers.data());
}

// The rest of a stay is on its way.
void Prefetch(const AudienceMembership& stay) {
  const auto* const begin = reinterpret_cast<const char*>(&stay);
  for (size_t at = kLineBytes; at < sizeof(stay); at += kLineBytes) {
    __builtin_prefetch(begin + at);
  }
}

}  // namespace

PublishedMembers::PublishedMembers(const Stages& stages,
                                   const ListPosition& position,
                                   int64_t members)
    : stages_(stages),
      position_(position),
      are_few_(members * kFewOneIn < stages.pipeline.directory().size()),
      after_(position.after) {}

absl::StatusOr<std::vector<PublishedMember>> PublishedMembers::Next(int limit) {
  std::vector<PublishedMember> none;
  while (!ended_) {
    std::optional<absl::StatusOr<std::vector<PublishedMember>>> found;
    if (!are_few_) found = NextOfMemory(std::min(limit, kProfilesPerWalk));
    if (!found) return NextOfStore(std::min(limit, kStaysPerRead));
    if (!found->ok() || !(*found)->empty()) return *std::move(found);
  }
  return none;
}

absl::StatusOr<std::vector<PublishedMember>> PublishedMembers::NextOfStore(
    int limit) {
  absl::StatusOr<std::vector<StayRecord>> stays = stages_.store.ListMembers(
      position_.audience, position_.heads, after_, limit);
  if (!stays.ok()) return stays.status();
  ended_ = static_cast<int>(stays->size()) < limit;
  std::vector<PublishedMember> members;
  members.reserve(stays->size());
  for (StayRecord& stay : *stays) {
    after_ = stay.profile;
    members.push_back(FromStore(std::move(stay)));
  }
  return members;
}

PublishedMember PublishedMembers::FromStore(StayRecord stay) const {
  const ProfileId id = stay.profile;
  auto read = std::make_unique<AudienceMembership>(
      ToRetired(std::move(stay)).membership);
  PublishedMember member{id, read.get(), stages_.pipeline.directory().Find(id)};
  member.read = std::move(read);
  return member;
}

const AudienceMembership* PublishedMembers::StayOf(const Profile& profile) {
  if (profile.projection != projection_) {
    projection_ = profile.projection;
    number_ = projection_ == nullptr
                  ? -1
                  : projection_->rulebook().FindAudience(position_.audience);
  }
  const AudienceMembership* const stay =
      number_ < 0 ? FindMembership(profile, position_.audience)
                  : FindMembership(profile, static_cast<uint32_t>(number_));
  return stay != nullptr && stay->membership.member ? stay : nullptr;
}

std::optional<absl::StatusOr<std::vector<PublishedMember>>>
PublishedMembers::NextOfMemory(int limit) {
  std::vector<Directory::ProfilePtr> profiles =
      stages_.pipeline.directory().Range(after_, limit);
  // Whatever those profiles have behind them is in the feed from here on.
  stages_.pipeline.AwaitPublished();
  const std::optional<std::vector<ProfileId>> changed =
      stages_.feed.ChangedSince(position_.heads, position_.audience,
                                kChangeLimit);
  if (!changed) return std::nullopt;
  const bool is_last = static_cast<int>(profiles.size()) < limit;
  const auto begin = std::upper_bound(changed->begin(), changed->end(), after_);
  const auto end =
      is_last ? changed->end()
              : std::upper_bound(begin, changed->end(), profiles.back()->id);
  absl::StatusOr<std::vector<StayRecord>> others =
      stages_.store.ListMembersAmong(position_.audience, position_.heads,
                                     {begin, end});
  if (!others.ok()) return others.status();

  std::vector<PublishedMember> members;
  members.reserve(profiles.size() + others->size());
  auto other = others->begin();
  for (size_t i = 0; i < profiles.size(); ++i) {
    if (i + kLookAhead < profiles.size()) Prefetch(*profiles[i + kLookAhead]);
    Directory::ProfilePtr& profile = profiles[i];
    after_ = profile->id;
    if (std::binary_search(begin, end, after_)) continue;
    const AudienceMembership* const stay = StayOf(*profile);
    if (stay == nullptr) continue;
    Prefetch(*stay);
    for (; other != others->end() && other->profile < after_; ++other) {
      members.push_back(FromStore(std::move(*other)));
    }
    members.push_back({after_, stay, std::move(profile)});
  }
  for (; other != others->end(); ++other) {
    members.push_back(FromStore(std::move(*other)));
  }
  ended_ = is_last;
  return members;
}

}  // namespace audienced
