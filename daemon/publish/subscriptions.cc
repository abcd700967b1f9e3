#include "daemon/publish/subscriptions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"

namespace audienced {

void Subscriptions::Put(SubscriptionRecord subscription) {
  absl::MutexLock lock(&mutex_);
  subscriptions_.insert_or_assign(subscription.name, std::move(subscription));
}

void Subscriptions::Remove(const SubscriptionName& name) {
  absl::MutexLock lock(&mutex_);
  subscriptions_.erase(name);
}

std::optional<SubscriptionRecord> Subscriptions::Find(
    const SubscriptionName& name) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = subscriptions_.find(name);
  if (found == subscriptions_.end()) return std::nullopt;
  return found->second;
}

std::vector<SubscriptionRecord> Subscriptions::All() const {
  absl::ReaderMutexLock lock(&mutex_);
  std::vector<SubscriptionRecord> all;
  for (const auto& [name, subscription] : subscriptions_) {
    all.push_back(subscription);
  }
  return all;
}

size_t Subscriptions::size() const {
  absl::ReaderMutexLock lock(&mutex_);
  return subscriptions_.size();
}

std::optional<StreamPositions> Subscriptions::Acknowledged(
    const std::string& database_id, const StreamPositions& log_start) const {
  absl::ReaderMutexLock lock(&mutex_);
  std::optional<StreamPositions> least;
  for (const auto& [name, each] : subscriptions_) {
    if (StateOf(each, database_id, log_start) != SubscriptionState::kActive) {
      continue;
    }
    if (!least) least = each.positions;
    for (int stream = 0; stream < kStreamCount; ++stream) {
      (*least)[stream] = std::min((*least)[stream], each.positions[stream]);
    }
  }
  return least;
}

std::string_view Name(SubscriptionState state) {
  switch (state) {
    case SubscriptionState::kActive:
      return "active";
    case SubscriptionState::kExpired:
      return "expired";
    case SubscriptionState::kForeign:
      return "foreign";
  }
  return "active";
}

SubscriptionState StateOf(const SubscriptionRecord& subscription,
                          const std::string& database_id,
                          const StreamPositions& log_start) {
  if (subscription.database_id != database_id) {
    return SubscriptionState::kForeign;
  }
  return NotBehind(subscription.positions, log_start)
             ? SubscriptionState::kActive
             : SubscriptionState::kExpired;
}

absl::Status SubscriptionNotFound(const std::string& name) {
  return WithReason(absl::NotFoundError(absl::StrCat(
                        "this client has no subscription '", name, "'")),
                    v1::ERROR_REASON_SUBSCRIPTION_NOT_FOUND,
                    {{"subscription", name}});
}

}  // namespace audienced
