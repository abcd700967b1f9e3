// What the daemon tells Prometheus of those who follow the changes.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/daemon.h"

namespace audienced {
namespace {

using FamilyValues = std::vector<std::pair<MetricLabels, double>>;

MetricLabels LabelsOf(const SubscriptionRecord& subscription) {
  return {{"client", subscription.name.client},
          {"subscription", subscription.name.name}};
}

double SecondsOf(absl::Time time) {
  return absl::ToDoubleSeconds(time - absl::UnixEpoch());
}

}  // namespace

void Daemon::AddPublishingMetrics() {
  metrics_.AddGaugeReader(
      "audienced_watchers", "Watches that are open.",
      [this] { return static_cast<double>(server_->watcher_count()); });
  metrics_.AddGaugeReader(
      "audienced_watchers_reading_log",
      "Watches that are so far behind that they read the log in the database.",
      [this] { return static_cast<double>(server_->log_watcher_count()); });
  metrics_.AddGaugeReader(
      "audienced_change_log_changes", "Changes in the log.", [this] {
        return static_cast<double>(
            CountBetween(store_->LogStart(), feed_->heads()));
      });
  metrics_.AddGaugeFamily(
      "audienced_change_log_oldest_timestamp_seconds",
      "When the oldest change in the log was committed.", [this] {
        FamilyValues values;
        const absl::Time oldest = pipeline_->oldest_change_at();
        if (oldest != absl::InfiniteFuture()) {
          values.push_back({{}, SecondsOf(oldest)});
        }
        return values;
      });
  AddSubscriptionMetrics();
}

void Daemon::AddSubscriptionMetrics() {
  metrics_.AddGaugeFamily(
      "audienced_subscriptions",
      "Named subscriptions, by whether they can go on from their position.",
      [this] {
        std::map<std::string, double> counts = {
            {"active", 0}, {"expired", 0}, {"foreign", 0}};
        const StreamPositions log_start = store_->LogStart();
        for (const SubscriptionRecord& each :
             pipeline_->subscriptions().All()) {
          ++counts[std::string(
              Name(StateOf(each, cursors_->database_id(), log_start)))];
        }
        FamilyValues values;
        for (const auto& [state, count] : counts) {
          values.push_back({{{"state", state}}, count});
        }
        return values;
      });
  metrics_.AddGaugeFamily(
      "audienced_subscription_lag_changes",
      "Changes, of all audiences, that a subscription has not acknowledged.",
      [this] {
        FamilyValues values;
        const StreamPositions heads = feed_->heads();
        for (const SubscriptionRecord& each :
             pipeline_->subscriptions().All()) {
          values.push_back({LabelsOf(each), static_cast<double>(CountBetween(
                                                each.positions, heads))});
        }
        return values;
      });
  metrics_.AddGaugeFamily(
      "audienced_subscription_acknowledged_timestamp_seconds",
      "When a subscription last acknowledged something.", [this] {
        FamilyValues values;
        for (const SubscriptionRecord& each :
             pipeline_->subscriptions().All()) {
          values.push_back({LabelsOf(each), SecondsOf(each.acknowledged_at)});
        }
        return values;
      });
}

}  // namespace audienced
