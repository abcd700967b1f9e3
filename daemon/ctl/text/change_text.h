#ifndef AUDIENCED_DAEMON_CTL_TEXT_CHANGE_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_CHANGE_TEXT_H_

#include <string>

#include "audienced/v1/audience.pb.h"
#include "audienced/v1/audience_service.pb.h"
#include "rules/source/render.h"

namespace audienced {

// One change as one line without its end:
// `2026-03-01T10:00:00Z  entered  cart-abandoners  user_id:u-7  cause time,
// effective 2026-03-01T10:00:00Z`.
std::string ChangeText(const v1::MembershipChange& change, Color color);

// Through which instant all is told, and where to resume, as one line.
std::string CheckpointText(const v1::WatchMembershipsResponse& response,
                           Color color);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_CHANGE_TEXT_H_
