#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_PUBLISHED_MEMBERS_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_PUBLISHED_MEMBERS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/pipeline/directory.h"
#include "daemon/publish/cursor.h"
#include "daemon/service/stages.h"

namespace audienced {

// One member of an audience as of a state.
struct PublishedMember {
  ProfileId id{};
  const AudienceMembership* stay = nullptr;  // in `profile` or in `read`
  // The one that it is now, which others may have become too. Null: is none any
  // more.
  Directory::ProfilePtr profile;
  // From the database.
  std::unique_ptr<const AudienceMembership> read = nullptr;
};

// The members of the audience of a list, as of the state that it shows, some at
// a time. Memory has the present state; where that differs for someone the
// changes since say so, and the database knows who was a member then. An
// audience of few among many is read from the database, by its index, and so is
// a list that is too old for the changes in memory. Not thread-safe.
class PublishedMembers {
 public:
  // Behind `position.after`. `members` is how many there are, about. Borrows
  // `stages`.
  PublishedMembers(const Stages& stages, const ListPosition& position,
                   int64_t members);

  // The next ones by profile number, at most `limit` (at least 1); none where
  // all were told.
  absl::StatusOr<std::vector<PublishedMember>> Next(int limit);

 private:
  absl::StatusOr<std::vector<PublishedMember>> NextOfStore(int limit);
  // Absent where memory cannot say it.
  std::optional<absl::StatusOr<std::vector<PublishedMember>>> NextOfMemory(
      int limit);
  PublishedMember FromStore(StayRecord stay) const;
  // That of a profile as it is now, or null.
  const AudienceMembership* StayOf(const Profile& profile);

  const Stages& stages_;
  const ListPosition& position_;
  const bool are_few_;
  ProfileId after_;  // the last profile that was looked at
  bool ended_ = false;
  // The number of the audience by these rules, under which most profiles are;
  // below 0 where they have none. Null: none were asked yet.
  std::shared_ptr<const Projection> projection_;
  int number_ = -1;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_PUBLISHED_MEMBERS_H_
