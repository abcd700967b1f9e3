#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_PROFILE_QUERY_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_PROFILE_QUERY_H_

#include "absl/status/status.h"
#include "audienced/v1/profile_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/service/stages.h"

// Answers of ProfileService that only read. Each fills `response`, or fails as
// the proto says.

namespace audienced {

// Limits of audienced/v1/profile_service.proto and profile.proto.
inline constexpr int kStoredEventPageDefault = 100;
inline constexpr int kStoredEventPageLimit = 1000;
inline constexpr int kStayLimit = 1000;

absl::Status GetProfile(const Stages& stages, const Caller& caller,
                        const v1::GetProfileRequest& request,
                        v1::GetProfileResponse& response);

absl::Status ExportProfile(const Stages& stages, const Caller& caller,
                           const v1::ExportProfileRequest& request,
                           v1::ExportProfileResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_PROFILE_QUERY_H_
