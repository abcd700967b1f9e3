#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_ACCESS_QUERY_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_ACCESS_QUERY_H_

#include "absl/status/status.h"
#include "audienced/v1/access_service.pb.h"
#include "daemon/service/stages.h"

// Answers of AccessService that only read; their meaning and errors stand in
// the proto.

namespace audienced {

// Limits of audienced/v1/access_service.proto.
inline constexpr int kAuditPageDefault = 100;
inline constexpr int kAuditPageLimit = 1000;

void ListTokens(const Stages& stages, v1::ListTokensResponse& response);

// Writes first what is still on its way.
absl::Status ListAuditEntries(const Stages& stages,
                              const v1::ListAuditEntriesRequest& request,
                              v1::ListAuditEntriesResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_ACCESS_QUERY_H_
