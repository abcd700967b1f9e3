#ifndef AUDIENCED_DAEMON_SERVICE_CONVERSION_SUBSCRIPTION_CONVERSION_H_
#define AUDIENCED_DAEMON_SERVICE_CONVERSION_SUBSCRIPTION_CONVERSION_H_

#include <string>

#include "audienced/v1/subscription.pb.h"
#include "daemon/publish/subscriptions.h"
#include "daemon/service/stages.h"

namespace audienced {

// The position of a subscription as a cursor.
std::string CursorOf(const Stages& stages,
                     const SubscriptionRecord& subscription);

// What is known of a subscription from memory: all but `cursor`, `lag` and
// `kept_until_time`.
v1::Subscription ToSubscription(const Stages& stages,
                                const SubscriptionRecord& subscription);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_CONVERSION_SUBSCRIPTION_CONVERSION_H_
