#include "daemon/service/query/status_query.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/rule_conversion.h"
#include "daemon/service/conversion/subscription_conversion.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/rule_query.h"

namespace audienced {
namespace {

v1::EventCount::Outcome ToOutcome(EventOutcome::Kind kind) {
  switch (kind) {
    case EventOutcome::Kind::kStored:
      return v1::EventCount::OUTCOME_STORED;
    case EventOutcome::Kind::kDuplicate:
      return v1::EventCount::OUTCOME_DUPLICATE;
    case EventOutcome::Kind::kRefused:
      return v1::EventCount::OUTCOME_REFUSED;
  }
  return v1::EventCount::OUTCOME_UNSPECIFIED;
}

void FillFreshness(Freshness& freshness, absl::Time now,
                   v1::FreshnessStatus& answer) {
  const absl::Status state = freshness.Check();
  answer.set_fresh(state.ok());
  answer.set_reason(std::string(state.message()));
  const absl::Time through = freshness.EvaluatedThrough();
  if (IsInstant(through)) {
    *answer.mutable_evaluated_through_time() = ToTimestamp(through);
    *answer.mutable_lag() =
        ToDuration(std::max(now - through, absl::ZeroDuration()));
  }
  *answer.mutable_max_lag() = ToDuration(freshness.max_lag());
  const Freshness::Fault fault = freshness.last_fault();
  if (IsInstant(fault.time)) {
    *answer.mutable_last_fault_time() = ToTimestamp(fault.time);
    answer.set_last_fault(fault.message);
  }
}

void FillRules(const Stages& stages, v1::RuleStatus& answer) {
  const RulesState rules = stages.pipeline.rules();
  answer.set_version(rules.version);
  if (IsInstant(rules.applied_at)) {
    *answer.mutable_applied_time() = ToTimestamp(rules.applied_at);
  }
  answer.set_load_state(LoadStateOf(stages.rollout, rules));
  if (rules.rebuild) *answer.mutable_rebuild() = ToProgress(*rules.rebuild);
}

void FillHistories(const Stages& stages, const ProcessFacts& process,
                   v1::HistoryStatus& answer) {
  const Directory::Usage usage = stages.pipeline.directory().usage();
  answer.set_resident_count(usage.histories);
  answer.set_cold_count(
      static_cast<int64_t>(stages.pipeline.directory().size()) -
      usage.histories);
  answer.set_memory_bytes(usage.history_bytes);
  answer.set_memory_limit_bytes(process.history_limit_bytes);
  answer.set_read_count(stages.pipeline.counts().histories_read);
}

void FillEvents(const EventCounts& counts, v1::GetStatusResponse& response) {
  for (const EventCounts::Row& row : counts.rows()) {
    v1::EventCount& count = *response.add_events();
    count.set_origin(row.origin);
    count.set_outcome(ToOutcome(row.outcome));
    count.set_reason(ParseReasonName(row.reason));
    count.set_count(row.events);
    count.set_late_count(row.late);
  }
}

// The subscriptions, the one that is furthest behind first.
void FillSubscriptions(const Stages& stages, v1::GetStatusResponse& response) {
  std::vector<v1::Subscription> all;
  for (const SubscriptionRecord& each : stages.pipeline.subscriptions().All()) {
    all.push_back(ToSubscription(stages, each));
  }
  std::stable_sort(
      all.begin(), all.end(),
      [](const v1::Subscription& left, const v1::Subscription& right) {
        return left.lag_changes() > right.lag_changes();
      });
  response.set_subscription_count(static_cast<int64_t>(all.size()));
  for (v1::Subscription& each : all) {
    *response.add_subscriptions() = std::move(each);
  }
}

void FillChangeLog(const Stages& stages, v1::ChangeLogStatus& answer) {
  const absl::Time oldest = stages.pipeline.oldest_change_at();
  if (IsInstant(oldest)) *answer.mutable_oldest_time() = ToTimestamp(oldest);
  const Pipeline::Options& options = stages.pipeline.options();
  *answer.mutable_retention() = ToDuration(options.change_log_retention);
  *answer.mutable_subscription_limit() =
      ToDuration(options.subscription_log_limit);
  answer.set_change_count(
      CountBetween(stages.store.LogStart(), stages.feed.heads()));
}

}  // namespace

void FillStatus(const Stages& stages, const WatchRegistry& watches,
                const ProcessFacts& process, v1::GetStatusResponse& response) {
  // Before the clock is asked: the lag is rather too long than too short.
  FillFreshness(stages.pipeline.freshness(), stages.clock.Now(),
                *response.mutable_freshness());
  response.set_version(process.version);
  *response.mutable_start_time() = ToTimestamp(process.start_time);
  *response.mutable_current_time() = ToTimestamp(stages.clock.Now());
  response.set_test_clock(stages.clock.is_test_clock());
  v1::DatabaseStatus& database = *response.mutable_database();
  database.set_id(stages.cursors.database_id());
  database.set_is_private(process.database_is_private);
  FillRules(stages, *response.mutable_rules());
  response.set_profile_count(
      static_cast<int64_t>(stages.pipeline.directory().size()));
  const Pipeline::Counts counts = stages.pipeline.counts();
  response.set_pending_deadline_count(counts.pending_deadlines);
  response.set_queued_event_count(counts.queued_events);
  response.set_queued_event_limit(process.queued_events_limit);
  response.set_commit_count(counts.commits);
  response.set_change_count(counts.changes);
  FillHistories(stages, process, *response.mutable_histories());
  FillEvents(stages.pipeline.event_counts(), response);
  for (v1::WatchStatus& watch : watches.List(kWatchStatusLimit)) {
    *response.add_watches() = std::move(watch);
  }
  response.set_watch_count(watches.size());
  FillSubscriptions(stages, response);
  FillChangeLog(stages, *response.mutable_change_log());
}

}  // namespace audienced
