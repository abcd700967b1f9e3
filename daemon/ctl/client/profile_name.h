#ifndef AUDIENCED_DAEMON_CTL_CLIENT_PROFILE_NAME_H_
#define AUDIENCED_DAEMON_CTL_CLIENT_PROFILE_NAME_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "daemon/ctl/client/connection.h"

namespace audienced {

// All that a person may mean who writes `name`: `kind:value`, the value of an
// identifier of a known kind, the permanent name of a profile; the likeliest
// first, each once.
std::vector<v1::ProfileReference> MeaningsOf(const std::string& name);

// The one profile that `name` means. NOT_FOUND where there is none, and
// INVALID_ARGUMENT with the meanings where there are several; other errors are
// those of the call. `audience` is any audience that there is.
absl::StatusOr<v1::ProfileReference> ResolveProfile(
    const Connection& connection, v1::AudienceService::Stub& stub,
    const std::string& audience, const std::string& name);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_CLIENT_PROFILE_NAME_H_
