#include "daemon/daemon.h"

#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "daemon/logging/log.h"
#include "daemon/metrics/process_metrics.h"

namespace audienced {
namespace {

Rollout::Options RolloutOptions(const Settings& settings) {
  Rollout::Options options;
  options.folder = settings.rules;
  options.limits.percent = settings.hold_back_percent;
  options.limits.profiles = settings.hold_back_profiles;
  options.mark_existing = settings.new_audiences == NewAudiences::kExisting;
  return options;
}

}  // namespace

Daemon::Daemon(Settings settings, const Clock& clock, ServiceNotifier notifier)
    : settings_(std::move(settings)),
      clock_(clock),
      notifier_(std::move(notifier)) {}

// The way down, in order: no new calls, then no new commits, then no more
// answers, then the database.
Daemon::~Daemon() {
  rule_watch_.reset();
  if (server_) server_->SetServing(false);
  if (server_) server_->Shutdown(settings_.shutdown_grace);
  if (http_) http_->Stop();
  if (pipeline_) pipeline_->Stop();  // calls that still wait are answered
  if (rollout_) rollout_->Stop();
  http_.reset();
  server_.reset();
  rollout_.reset();
  pipeline_.reset();
  feed_.reset();
  store_.reset();
  postgres_.reset();
}

// The way up, in order: each step needs the one before.
absl::Status Daemon::Start() {
  absl::Status status = StartDatabase();
  if (status.ok()) status = StartPipeline();
  if (status.ok()) status = StartServer();
  if (status.ok()) status = StartHttp();
  if (!status.ok()) return status;
  server_->SetServing(true);
  WatchRules();
  notifier_.Ready();
  return absl::OkStatus();
}

absl::Status Daemon::StartDatabase() {
  std::string url = settings_.database;
  if (url.empty()) {
    LogInfo("postgres", "starting the private database",
            {{"folder", settings_.data}});
    absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> postgres =
        EmbeddedPostgres::Start(settings_.data);
    if (!postgres.ok()) return postgres.status();
    postgres_ = *std::move(postgres);
    url = postgres_->url();
  }
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open({url});
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  absl::StatusOr<InstanceRecord> instance = store_->LoadInstance();
  if (!instance.ok()) return instance.status();
  cursors_ = std::make_unique<CursorCoder>(instance->database_id,
                                           instance->cursor_key);
  feed_ = std::make_unique<ChangeFeed>(*store_, instance->heads);
  return absl::OkStatus();
}

absl::Status Daemon::StartPipeline() {
  const Rollout::Options rollout_options = RolloutOptions(settings_);
  absl::StatusOr<RuleUpdate> rules =
      FirstRules(*store_, clock_, rollout_options);
  if (!rules.ok()) return rules.status();
  Pipeline::Options options;
  options.late_after = settings_.late_after;
  options.future_tolerance = settings_.future_tolerance;
  options.commit_events_limit = static_cast<int>(settings_.max_commit_events);
  options.queue_events_limit = static_cast<int>(settings_.max_queued_events);
  options.history_limit_bytes = settings_.history_memory << 20;
  options.revive_database = [this] {
    if (postgres_ == nullptr) return;
    const absl::Status running = postgres_->EnsureRunning();
    if (!running.ok()) {
      LogError("postgres", "the private database does not start again",
               {{"error", running}});
    }
  };
  absl::StatusOr<std::unique_ptr<Pipeline>> pipeline = Pipeline::Start(
      *store_, clock_, *feed_, *std::move(rules), std::move(options));
  if (!pipeline.ok()) return pipeline.status();
  pipeline_ = *std::move(pipeline);
  rollout_ =
      std::make_unique<Rollout>(*pipeline_, *store_, clock_, rollout_options);
  rollout_->CatchUpWithFolder();
  return absl::OkStatus();
}

absl::Status Daemon::StartServer() {
  Server::Options options;
  for (const ListenAddress& address : settings_.listen) {
    options.addresses.push_back(ListenAddressText(address));
  }
  options.event_limit_bytes = settings_.max_event_bytes;
  options.batch_event_limit = settings_.max_batch_events;
  options.watcher_limit = settings_.max_watchers;
  options.checkpoint_interval = settings_.checkpoint_interval;
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(
      Stages{*pipeline_, *feed_, *store_, *cursors_, clock_, *rollout_},
      options);
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  LogInfo("service", "serving gRPC",
          {{"addresses", absl::StrJoin(server_->addresses(), " ")}});
  return absl::OkStatus();
}

absl::Status Daemon::StartHttp() {
  AddMetrics();
  if (!settings_.http_listen) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<HttpServer>> http = HttpServer::Start(
      {*settings_.http_listen, [this] { return CheckReadiness(); },
       [this] { return metrics_.Text(); }});
  if (!http.ok()) return http.status();
  http_ = *std::move(http);
  LogInfo("http", "serving health and metrics", {{"port", http_->port()}});
  return absl::OkStatus();
}

void Daemon::RunUntilStopped() {
  stopped_.WaitForNotification();
  notifier_.Stopping();
  LogInfo("daemon", "stopping", {});
}

void Daemon::Stop() {
  if (!stopped_.HasBeenNotified()) stopped_.Notify();
}

void Daemon::ReloadRules() {
  notifier_.Reloading();
  rollout_->ReloadLater([this] { notifier_.Ready(); });
}

// Not to see changes is a pity and no reason not to serve: SIGHUP and
// ReloadRules work all the same.
void Daemon::WatchRules() {
  absl::StatusOr<std::unique_ptr<FolderWatch>> watch = FolderWatch::Start(
      settings_.rules, [this] { rollout_->FolderChanged(); });
  if (watch.ok()) {
    rule_watch_ = *std::move(watch);
  } else {
    LogWarning("daemon", "the rule folder is not watched",
               {{"error", watch.status()}});
  }
}

Readiness Daemon::CheckReadiness() const {
  const absl::Status health = pipeline_->Health();
  return {{"pipeline", health.ok(), std::string(health.message())}};
}

void Daemon::AddRuleMetrics() {
  constexpr char kAttempts[] = "audienced_rule_attempts_total";
  constexpr char kAttemptsHelp[] =
      "Tries to put rules in force, by what became of them.";
  for (const RuleAttempt::Result result :
       {RuleAttempt::Result::kApplied, RuleAttempt::Result::kUnchanged,
        RuleAttempt::Result::kFaulty, RuleAttempt::Result::kTestsFailed,
        RuleAttempt::Result::kHeldBack}) {
    metrics_.AddCounterReader(
        kAttempts, kAttemptsHelp,
        [this, result] {
          return static_cast<double>(rollout_->attempts(result));
        },
        {{"result", std::string(Name(result))}});
  }
  metrics_.AddGaugeReader(
      "audienced_rules_current",
      "1 where the rules that were given last are in force, 0 where they had "
      "faults or are held back.",
      [this] {
        const std::shared_ptr<const RuleAttempt> last = rollout_->last();
        return last == nullptr || last->is_in_force() ? 1.0 : 0.0;
      });
}

void Daemon::AddMemoryMetrics() {
  metrics_.AddGaugeReader("audienced_profiles", "Profiles known.", [this] {
    return static_cast<double>(pipeline_->directory().size());
  });
  metrics_.AddGaugeReader(
      "audienced_histories_in_memory",
      "Profiles whose history is in memory; the others' are in the database "
      "alone.",
      [this] {
        return static_cast<double>(pipeline_->directory().usage().histories);
      });
  metrics_.AddGaugeReader("audienced_history_memory_bytes",
                          "What the histories in memory take.", [this] {
                            return static_cast<double>(
                                pipeline_->directory().usage().history_bytes);
                          });
  metrics_.AddCounterReader(
      "audienced_histories_read_total",
      "Histories that were read again because they were not in memory, or were "
      "made for other rules.",
      [this] {
        return static_cast<double>(pipeline_->counts().histories_read);
      });
}

void Daemon::AddMetrics() {
  AddProcessMetrics(AUDIENCED_VERSION, metrics_);
  AddRuleMetrics();
  const auto add_count = [this](const char* name, const char* help,
                                int64_t Pipeline::Counts::*member,
                                MetricLabels labels = {}) {
    metrics_.AddCounterReader(
        name, help,
        [this, member] {
          return static_cast<double>(pipeline_->counts().*member);
        },
        std::move(labels));
  };
  using Counts = Pipeline::Counts;
  constexpr char kEvents[] = "audienced_events_total";
  constexpr char kEventsHelp[] = "Events received, by what became of them.";
  add_count(kEvents, kEventsHelp, &Counts::stored, {{"outcome", "stored"}});
  add_count(kEvents, kEventsHelp, &Counts::duplicates,
            {{"outcome", "duplicate"}});
  add_count(kEvents, kEventsHelp, &Counts::refused, {{"outcome", "refused"}});
  add_count("audienced_late_events_total",
            "Stored events that came later than late_after.", &Counts::late);
  add_count("audienced_commits_total", "Transactions committed.",
            &Counts::commits);
  add_count("audienced_changes_total", "Membership changes published.",
            &Counts::changes);
  metrics_.AddGaugeReader(
      "audienced_queued_events", "Events that wait to be committed.", [this] {
        return static_cast<double>(pipeline_->counts().queued_events);
      });
  metrics_.AddGaugeReader(
      "audienced_pending_deadlines",
      "Profiles that change by time alone, and are evaluated at a later "
      "instant.",
      [this] {
        return static_cast<double>(pipeline_->counts().pending_deadlines);
      });
  AddMemoryMetrics();
  metrics_.AddGaugeReader(
      "audienced_watchers", "Watches that are open.",
      [this] { return static_cast<double>(server_->watcher_count()); });
  metrics_.AddGaugeReader(
      "audienced_evaluated_through_timestamp_seconds",
      "The instant through which memberships are evaluated.", [this] {
        return absl::ToDoubleSeconds(pipeline_->EvaluatedThrough() -
                                     absl::UnixEpoch());
      });
}

}  // namespace audienced
