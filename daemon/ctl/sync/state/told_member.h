#ifndef AUDIENCED_DAEMON_CTL_SYNC_STATE_TOLD_MEMBER_H_
#define AUDIENCED_DAEMON_CTL_SYNC_STATE_TOLD_MEMBER_H_

#include "audienced/v1/audience.pb.h"

// Members of a list as the changes that lead to them.

namespace audienced {

// What became of `member`. Of a LEFT without its context.
v1::MembershipChange ChangeOf(v1::ChangeKind kind, const v1::Member& member);

// Whether a target that was told `before` has nothing to hear of `now`: the
// same episode, identifiers and context. A moved expiry is no change.
bool TellsTheSame(const v1::Member& before, const v1::Member& now);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_SYNC_STATE_TOLD_MEMBER_H_
