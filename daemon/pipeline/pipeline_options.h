#ifndef AUDIENCED_DAEMON_PIPELINE_PIPELINE_OPTIONS_H_
#define AUDIENCED_DAEMON_PIPELINE_PIPELINE_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "daemon/ingest/identity/identity_policy.h"

namespace audienced {

// How far the profiles are on their way to the rules in force.
struct RebuildProgress {
  int64_t moved = 0;
  int64_t total = 0;
};

// How a pipeline works.
struct PipelineOptions {
  absl::Duration late_after = absl::Minutes(1);
  absl::Duration future_tolerance = absl::Minutes(10);
  // How long an event counts. Rules are compiled for it.
  absl::Duration retention = absl::InfiniteDuration();
  int commit_events_limit = 2000;              // most events in one commit
  int queue_events_limit = 20000;              // beyond it more is refused
  absl::Duration max_lag = absl::Seconds(10);  // see Freshness
  // As much memory histories may take; beyond it those that were not used for
  // longest live in the database alone.
  int64_t history_limit_bytes = int64_t{4} << 30;
  // The file in which a stop keeps histories for the next start. Empty: none.
  std::string history_cache = {};
  // How long changes stay in the log; longer where a subscription has not
  // acknowledged them, up to the limit.
  absl::Duration change_log_retention = absl::Hours(7 * 24);
  absl::Duration subscription_log_limit = absl::Hours(30 * 24);
  // Called while it loads, on the thread of Pipeline::Start(). False: loading
  // ends with kCancelled.
  std::function<bool(const RebuildProgress&)> load_progress =
      [](const RebuildProgress&) { return true; };
  // What events may say of who is who.
  std::shared_ptr<const IdentityPolicy> identity =
      std::make_shared<IdentityPolicy>();
  // Called before each try to reach a database that went away, on the
  // pipeline's thread: where the database is our own, it is started again.
  std::function<void()> revive_database = [] {};
  // Called on the pipeline's thread, perhaps more than once, where the database
  // is there and is not as it was left: what is in memory is no longer true,
  // and nothing can be written. Only a new start goes on from there.
  std::function<void(const absl::Status& why)> give_up =
      [](const absl::Status&) {};
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_PIPELINE_OPTIONS_H_
