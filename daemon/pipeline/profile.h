#ifndef AUDIENCED_DAEMON_PIPELINE_PROFILE_H_
#define AUDIENCED_DAEMON_PIPELINE_PROFILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/records.h"
#include "rules/engine/membership.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"

namespace audienced {

// What an audience counts a profile as, whether or not that is published.
enum class CountedAs : uint8_t { kNothing, kMember, kHeldOut };

// The published membership of a profile in one audience. Audiences in which
// nothing ever happened have none.
struct AudienceMembership {
  uint32_t audience = 0;  // its number in the rulebook
  Membership membership;
  int64_t entered_sequence = 0;  // of the current or the last stay
  // Of the last change that was published: the rules, and the commit time.
  int64_t rule_version = 0;
  Instant changed_at = Instant::Never();
  bool existing = false;
  std::vector<ContinuedEpisode> continues = {};
  CountedAs counted_as = CountedAs::kNothing;  // as of the last evaluation
};

// The membership of an audience that the profile's rules do not have. Kept
// because episodes go on counting where the audience comes back.
struct RetiredMembership {
  std::string audience;
  AudienceMembership membership;
};

// What was published last of a profile in one audience before it became one
// with another. What it was in for may go on there.
struct FormerEpisode {
  std::string audience;
  ContinuedEpisode episode;
  Interval match;  // as far as the profile was in
  Instant entered_at;
  Instant changed_at;  // by the commit time: that of the exit
  bool existing = false;
};

// What memory holds of one profile after a commit. Immutable once it is in the
// directory: the pipeline replaces it, readers keep what they have.
struct Profile {
  // What most checks ask stands together, so that they wait for memory once.
  ProfileId id{};
  int stream = 0;
  // Whether a published stay ends at `next_change`.
  bool leaves_next = false;
  // When it has to be evaluated again if nothing happens; Forever if never.
  Instant next_change = Instant::Forever();
  // The rules that the profile was last evaluated by, and below their version.
  // Memberships are numbered as their audiences; a profile moves to other rules
  // at once and whole. Null: not evaluated since the start.
  std::shared_ptr<Projection> projection = nullptr;
  std::vector<AudienceMembership> memberships = {};  // by audience number

  int64_t rule_version = 0;
  std::string key;
  std::vector<Identifier> identifiers = {};
  // The profiles that were merged into this one, directly or not. Its history
  // includes theirs.
  std::vector<ProfileId> absorbed = {};
  // When its first event occurred, which may not be kept any more.
  Instant first_event_at = Instant::Forever();
  // Read by `projection`. Null: not in memory, to be read when it is needed.
  std::shared_ptr<const History> history = nullptr;
  std::vector<RetiredMembership> retired = {};
  // Of those that became one with it; the rows of their last stays.
  std::vector<FormerEpisode> former_episodes = {};
  // What it has said of purposes, as the rules number them, as far as it can
  // still be told. In memory also where the history is not.
  std::vector<ConsentChange> consents = {};
};

// The membership of `audience`, or null.
const AudienceMembership* FindMembership(const Profile& profile,
                                         uint32_t audience);

// The same, to be changed; a new one where there is none.
AudienceMembership& MembershipIn(Profile& profile, uint32_t audience);

// The same by name, whatever rules the profile is under.
const AudienceMembership* FindMembership(const Profile& profile,
                                         std::string_view audience);

// The profile and all that became one with it.
std::vector<ProfileId> PartsOf(const Profile& profile);

// What `stay` says, for an audience without a number yet.
RetiredMembership ToRetired(StayRecord stay);

// Gives a history of `profile` that was read what its events do not tell: since
// when the profile is known, and that events before `events_from` are dropped.
void Finish(const Profile& profile, Instant events_from, History& history);

// Adds that of one audience to `former`, where there ever was any. A membership
// that still lasts counts until `now`.
void AddFormerEpisode(ProfileId profile, const std::string& audience,
                      const AudienceMembership& membership, Instant now,
                      std::vector<FormerEpisode>& former);
// Adds those of all audiences.
void AddFormerEpisodes(const Profile& profile, Instant now,
                       std::vector<FormerEpisode>& former);

// The episodes, under other names, that go on in the one of `profile` that has
// this match: who acted on one of them has acted. In order of their entry.
std::vector<const FormerEpisode*> FormerEpisodesIn(const Profile& profile,
                                                   std::string_view audience,
                                                   const Interval& match);

// Adds `episode` where it is not among `continued`.
void AddContinued(const ContinuedEpisode& episode,
                  std::vector<ContinuedEpisode>& continued);

// Gives `profile` the numbers of other rules; its history is gone where these
// do not read those of the former ones. Nothing is counted or evaluated.
void MoveToRules(Profile& profile, std::shared_ptr<Projection> projection,
                 int64_t rule_version);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_PROFILE_H_
