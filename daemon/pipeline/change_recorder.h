#ifndef AUDIENCED_DAEMON_PIPELINE_CHANGE_RECORDER_H_
#define AUDIENCED_DAEMON_PIPELINE_CHANGE_RECORDER_H_

#include <string>

#include "daemon/pipeline/commit_rules.h"
#include "daemon/pipeline/staged_profile.h"
#include "rules/engine/membership.h"

namespace audienced {

// Writes down what a commit at `now` publishes of a profile. Borrows the rules.
struct ChangeRecorder {
  const CommitRules& rules;
  Instant now;

  // The change of `membership`, which is by now what it has become. `expires`:
  // when it ends by itself; Forever: that is not foreseen.
  void Record(StagedProfile& staged, const std::string& audience,
              AudienceMembership& membership, const Change& change,
              Instant expires) const;

  // Takes the profile out now, and records it.
  void Leave(StagedProfile& staged, const std::string& audience,
             AudienceMembership& membership, Cause cause) const;

  // Takes it out of those audiences that are no more.
  void LeaveRetired(StagedProfile& staged, Cause cause) const;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_CHANGE_RECORDER_H_
