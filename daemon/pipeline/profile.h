#ifndef AUDIENCED_DAEMON_PIPELINE_PROFILE_H_
#define AUDIENCED_DAEMON_PIPELINE_PROFILE_H_

#include <cstdint>
#include <memory>
#include <string>
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
  bool existing = false;
  CountedAs counted_as = CountedAs::kNothing;  // as of the last evaluation
};

// What memory holds of one profile after a commit. Immutable once it is in the
// directory: the pipeline replaces it, readers keep what they have.
struct Profile {
  ProfileId id{};
  int stream = 0;
  std::string key;
  std::vector<Identifier> identifiers;
  // The profiles that were merged into this one, directly or not. Its history
  // includes theirs.
  std::vector<ProfileId> absorbed = {};
  // The rules that the profile was last evaluated by. The history was made for
  // them, and memberships are numbered as their audiences; a profile moves to
  // other rules at once and whole.
  std::shared_ptr<Projection> projection;
  History history;
  std::vector<AudienceMembership> memberships;  // by audience number
  // When it has to be evaluated again if nothing happens; Forever if never.
  Instant next_change = Instant::Forever();
};

// The membership of `audience`, or null.
const AudienceMembership* FindMembership(const Profile& profile,
                                         uint32_t audience);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_PROFILE_H_
