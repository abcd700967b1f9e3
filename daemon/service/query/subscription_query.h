#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_SUBSCRIPTION_QUERY_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_SUBSCRIPTION_QUERY_H_

#include "absl/status/status.h"
#include "audienced/v1/subscription.pb.h"
#include "daemon/access/caller.h"
#include "daemon/service/stages.h"

namespace audienced {

// Answers AudienceService.ListSubscriptions: those of the caller.
absl::Status ListSubscriptions(const Stages& stages, const Caller& caller,
                               const v1::ListSubscriptionsRequest& request,
                               v1::ListSubscriptionsResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_SUBSCRIPTION_QUERY_H_
