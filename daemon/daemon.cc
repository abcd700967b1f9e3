#include "daemon/daemon.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "daemon/ingest/rule_folder.h"
#include "daemon/logging/log.h"
#include "daemon/metrics/process_metrics.h"
#include "rules/language/load.h"
#include "rules/source/render.h"

namespace audienced {
namespace {

// All faults of the rules, as text, or nothing.
std::string FaultsOf(const std::vector<SourceFile>& files) {
  Diagnostics diagnostics;
  LoadRulebook(files, diagnostics);
  if (!diagnostics.has_errors()) return "";
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    absl::StrAppend(&text, RenderText(diagnostic, files, Color::kNever));
  }
  return text;
}

}  // namespace

Daemon::Daemon(Settings settings, const Clock& clock, ServiceNotifier notifier)
    : settings_(std::move(settings)),
      clock_(clock),
      notifier_(std::move(notifier)) {}

// The way down, in order: no new calls, then no new commits, then the database.
Daemon::~Daemon() {
  if (server_) server_->SetServing(false);
  if (server_) server_->Shutdown(settings_.shutdown_grace);
  if (http_) http_->Stop();
  pipeline_.reset();  // finishes its batch; calls that still wait are answered
  http_.reset();
  server_.reset();
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
  absl::StatusOr<std::vector<SourceFile>> files =
      ReadRuleFolder(settings_.rules);
  if (!files.ok()) return files.status();
  const std::string faults = FaultsOf(*files);
  if (!faults.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the rules in ", settings_.rules, " have faults\n", faults));
  }
  Pipeline::Options options;
  options.late_after = settings_.late_after;
  options.future_tolerance = settings_.future_tolerance;
  options.commit_events_limit = static_cast<int>(settings_.max_commit_events);
  options.queue_events_limit = static_cast<int>(settings_.max_queued_events);
  options.revive_database = [this] {
    if (postgres_ == nullptr) return;
    const absl::Status running = postgres_->EnsureRunning();
    if (!running.ok()) {
      LogError("postgres", "the private database does not start again",
               {{"error", running}});
    }
  };
  absl::StatusOr<std::unique_ptr<Pipeline>> pipeline = Pipeline::Start(
      *store_, clock_, *feed_, *std::move(files), std::move(options));
  if (!pipeline.ok()) return pipeline.status();
  pipeline_ = *std::move(pipeline);
  return absl::OkStatus();
}

absl::Status Daemon::StartServer() {
  Server::Options options;
  for (const ListenAddress& address : settings_.listen) {
    options.addresses.push_back(ListenAddressText(address));
  }
  options.rule_folder = settings_.rules;
  options.event_limit_bytes = settings_.max_event_bytes;
  options.batch_event_limit = settings_.max_batch_events;
  options.watcher_limit = settings_.max_watchers;
  options.checkpoint_interval = settings_.checkpoint_interval;
  absl::StatusOr<std::unique_ptr<Server>> server = Server::Start(
      Stages{*pipeline_, *feed_, *store_, *cursors_, clock_}, options);
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
  server_->ReloadRules([this](absl::Status status) {
    if (status.ok()) {
      LogInfo("daemon", "the rules are reloaded", {});
    } else {
      LogError("daemon", "the old rules stay in force", {{"error", status}});
    }
    notifier_.Ready();
  });
}

Readiness Daemon::CheckReadiness() const {
  const absl::Status health = pipeline_->Health();
  return {{"pipeline", health.ok(), std::string(health.message())}};
}

void Daemon::AddMetrics() {
  AddProcessMetrics(AUDIENCED_VERSION, metrics_);
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
      "Evaluations that are due at a later instant, moved ones included.",
      [this] {
        return static_cast<double>(pipeline_->counts().pending_deadlines);
      });
  metrics_.AddGaugeReader("audienced_profiles", "Profiles known.", [this] {
    return static_cast<double>(pipeline_->directory().size());
  });
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
