#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_EXPLANATION_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_EXPLANATION_H_

#include "absl/status/status.h"
#include "audienced/v1/audience_service.pb.h"
#include "daemon/access/caller.h"
#include "daemon/service/stages.h"

namespace audienced {

// Answers AudienceService.ExplainMembership: the tree of conditions of one
// audience for one profile at one instant.
absl::Status ExplainMembership(const Stages& stages, const Caller& caller,
                               const v1::ExplainMembershipRequest& request,
                               v1::ExplainMembershipResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_EXPLANATION_H_
