#include "daemon/service/conversion/subscription_conversion.h"

#include <algorithm>

#include "daemon/service/conversion/time_conversion.h"

namespace audienced {
namespace {

v1::Subscription::State ToProto(SubscriptionState state) {
  switch (state) {
    case SubscriptionState::kActive:
      return v1::Subscription::STATE_ACTIVE;
    case SubscriptionState::kExpired:
      return v1::Subscription::STATE_EXPIRED;
    case SubscriptionState::kForeign:
      return v1::Subscription::STATE_FOREIGN;
  }
  return v1::Subscription::STATE_UNSPECIFIED;
}

}  // namespace

std::string CursorOf(const Stages& stages,
                     const SubscriptionRecord& subscription) {
  Cursor cursor;
  cursor.positions = subscription.positions;
  cursor.audiences = subscription.audiences;
  cursor.commit_number = stages.feed.commit_number();
  return stages.cursors.Encode(cursor);
}

v1::Subscription ToSubscription(const Stages& stages,
                                const SubscriptionRecord& subscription) {
  v1::Subscription answer;
  answer.set_name(subscription.name.name);
  answer.set_client(subscription.name.client);
  for (const std::string& audience : subscription.audiences) {
    answer.add_audiences(audience);
  }
  *answer.mutable_create_time() = ToTimestamp(subscription.created_at);
  *answer.mutable_acknowledge_time() =
      ToTimestamp(subscription.acknowledged_at);
  *answer.mutable_acknowledge_age() = ToDuration(std::max(
      stages.clock.Now() - subscription.acknowledged_at, absl::ZeroDuration()));
  const SubscriptionState state = StateOf(
      subscription, stages.cursors.database_id(), stages.store.LogStart());
  answer.set_state(ToProto(state));
  answer.set_lag_changes(
      CountBetween(subscription.positions, stages.feed.heads()));
  return answer;
}

}  // namespace audienced
