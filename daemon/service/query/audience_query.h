#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_AUDIENCE_QUERY_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_AUDIENCE_QUERY_H_

#include "absl/status/status.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/service/stages.h"

// Answers of AudienceService about audiences, and about single memberships at
// the present instant. Each fills `response`, or fails as the proto says.

namespace audienced {

// Limits of audienced/v1/audience_service.proto.
inline constexpr int kAudiencePageDefault = 100;
inline constexpr int kAudiencePageLimit = 1000;
inline constexpr int kAudienceFilterLimit = 1000;
inline constexpr int64_t kMembershipLimit = 10'000;
inline constexpr int64_t kMembershipWithMemberLimit = 1000;

absl::Status ListAudiences(const Stages& stages, const Caller& caller,
                           const v1::ListAudiencesRequest& request,
                           v1::ListAudiencesResponse& response);

absl::Status GetAudience(const Stages& stages, const Caller& caller,
                         const v1::GetAudienceRequest& request,
                         v1::GetAudienceResponse& response);

absl::Status BatchGetMemberships(const Stages& stages, const Caller& caller,
                                 const v1::BatchGetMembershipsRequest& request,
                                 v1::BatchGetMembershipsResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_AUDIENCE_QUERY_H_
