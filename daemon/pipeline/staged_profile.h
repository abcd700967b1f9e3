#ifndef AUDIENCED_DAEMON_PIPELINE_STAGED_PROFILE_H_
#define AUDIENCED_DAEMON_PIPELINE_STAGED_PROFILE_H_

#include <memory>
#include <optional>
#include <vector>

#include "daemon/pipeline/directory.h"
#include "daemon/pipeline/profile.h"
#include "daemon/store/records.h"
#include "rules/engine/membership.h"

namespace audienced {

// What is published of a profile in one audience, with its stay there. It gets
// its sequence when all that the commit publishes is known.
struct RecordedChange {
  ChangeRecord change;
  std::optional<StayRecord> stay;  // absent: of who is erased
};

// A profile that takes part in a commit, as the commit makes it.
struct StagedProfile {
  std::shared_ptr<Profile> profile;
  // As it was; null: the commit has made it.
  Directory::ProfilePtr before;
  std::shared_ptr<History> own_history;  // once an event was added
  Cause reason = Cause::kTime;
  bool moves = false;        // comes from other rules
  bool only_moves = false;   // from the usual ones, by which nothing was due
  bool is_recalled = false;  // was not evaluated since the start
  bool backfill = false;
  bool identifiers_changed = false;
  // The consents before the first event that tells of some.
  std::optional<std::vector<ConsentChange>> former_consents;
  // What was evaluated last tells of all time before this, not included: no
  // event that came since lies there, and nothing flipped there unnoticed.
  Instant known_until = Instant::Never();
  // What was published holds of all time before this, not included; later
  // something was due that is not published yet.
  Instant published_until = Instant::Forever();
  std::vector<RecordedChange> changes = {};  // in order

  // The history, to be changed.
  History& OwnHistory() {
    if (own_history == nullptr) {
      own_history = std::make_shared<History>(*profile->history);
      profile->history = own_history;
    }
    return *own_history;
  }
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_STAGED_PROFILE_H_
