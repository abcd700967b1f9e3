#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_AUDIENCE_QUERY_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_AUDIENCE_QUERY_H_

#include "absl/status/status.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/service/stages.h"

// Answers of AudienceService about audiences. Each fills `response`, or fails
// as the proto says.

namespace audienced {

// Limits of audienced/v1/audience_service.proto.
inline constexpr int kAudiencePageDefault = 100;
inline constexpr int kAudiencePageLimit = 1000;
inline constexpr int kAudienceFilterLimit = 1000;

absl::Status ListAudiences(const Stages& stages, const Caller& caller,
                           const v1::ListAudiencesRequest& request,
                           v1::ListAudiencesResponse& response);

absl::Status GetAudience(const Stages& stages, const Caller& caller,
                         const v1::GetAudienceRequest& request,
                         v1::GetAudienceResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_AUDIENCE_QUERY_H_
