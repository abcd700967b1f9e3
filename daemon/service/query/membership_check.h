#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_MEMBERSHIP_CHECK_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_MEMBERSHIP_CHECK_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/service/stages.h"

// Single memberships at the present instant: the question that is asked most.
//
// A profile that waits for an instant still to come stands as it did when it
// was last evaluated, which memory knows of each: no history is needed, and
// nothing is evaluated.

namespace audienced {

// Limits of audienced/v1/audience_service.proto.
inline constexpr int64_t kMembershipLimit = 10'000;
inline constexpr int64_t kMembershipWithMemberLimit = 1000;
inline constexpr int64_t kMembershipAnswerLimitBytes = 4 << 20;

// Answers AudienceService.BatchGetMemberships.
absl::Status BatchGetMemberships(const Stages& stages, const Caller& caller,
                                 const v1::BatchGetMembershipsRequest& request,
                                 v1::BatchGetMembershipsResponse& response);

// The same where it takes no time to speak of: of few memberships, and nothing
// is to be read or evaluated. Absent, and `response` empty:
// BatchGetMemberships() is to answer.
std::optional<absl::Status> GetMembershipsAtOnce(
    const Stages& stages, const Caller& caller,
    const v1::BatchGetMembershipsRequest& request,
    v1::BatchGetMembershipsResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_MEMBERSHIP_CHECK_H_
