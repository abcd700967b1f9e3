#include "daemon/service/query/subscription_query.h"

#include <algorithm>

#include "daemon/service/conversion/subscription_conversion.h"
#include "daemon/service/conversion/time_conversion.h"

namespace audienced {

absl::Status ListSubscriptions(const Stages& stages, const Caller& caller,
                               const v1::ListSubscriptionsRequest&,
                               v1::ListSubscriptionsResponse& response) {
  const Pipeline::Options& options = stages.pipeline.options();
  for (const SubscriptionRecord& each : stages.pipeline.subscriptions().All()) {
    if (each.name.client != caller.name()) continue;
    v1::Subscription& answer = *response.add_subscriptions();
    answer = ToSubscription(stages, each);
    if (answer.state() != v1::Subscription::STATE_ACTIVE) continue;
    answer.set_cursor(CursorOf(stages, each));
    const auto waiting = stages.store.FirstChangeAfter(each.positions);
    if (!waiting.ok() || !*waiting) continue;
    *answer.mutable_lag() = ToDuration(
        std::max(stages.clock.Now() - **waiting, absl::ZeroDuration()));
    *answer.mutable_kept_until_time() =
        ToTimestamp(**waiting + std::max(options.subscription_log_limit,
                                         options.change_log_retention));
  }
  return absl::OkStatus();
}

}  // namespace audienced
