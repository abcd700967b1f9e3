#ifndef AUDIENCED_DAEMON_SERVICE_CALL_SUBSCRIPTION_CALLS_H_
#define AUDIENCED_DAEMON_SERVICE_CALL_SUBSCRIPTION_CALLS_H_

#include <memory>

#include "absl/status/status.h"
#include "audienced/v1/subscription.pb.h"
#include "daemon/service/call/pending_call.h"
#include "daemon/service/stages.h"

// The calls of AudienceService that change subscriptions. Each begins what
// `call`, which was let in, is answered with later, or returns why it cannot.

namespace audienced {

absl::Status BeginCreate(const Stages& stages,
                         const std::shared_ptr<PendingCall>& call,
                         const v1::CreateSubscriptionRequest& request,
                         v1::CreateSubscriptionResponse& response);

absl::Status BeginAck(const Stages& stages,
                      const std::shared_ptr<PendingCall>& call,
                      const v1::AckChangesRequest& request,
                      v1::AckChangesResponse& response);

absl::Status BeginDelete(const Stages& stages,
                         const std::shared_ptr<PendingCall>& call,
                         const v1::DeleteSubscriptionRequest& request,
                         v1::DeleteSubscriptionResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CALL_SUBSCRIPTION_CALLS_H_
