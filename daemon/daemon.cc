#include "daemon/daemon.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "daemon/history_cache/cache_writer.h"
#include "daemon/logging/log.h"
#include "daemon/metrics/process_metrics.h"

namespace audienced {
namespace {

absl::Duration RetentionOf(const Settings& settings) {
  return settings.retention.value_or(absl::InfiniteDuration());
}

Rollout::Options RolloutOptions(const Settings& settings) {
  Rollout::Options options;
  options.folder = settings.rules;
  options.limits.percent = settings.hold_back_percent;
  options.limits.profiles = settings.hold_back_profiles;
  options.retention = RetentionOf(settings);
  options.mark_existing = settings.new_audiences == NewAudiences::kExisting;
  return options;
}

AccessControl::Options AccessOptions(const Settings& settings) {
  AccessControl::Options options;
  options.require_authentication = settings.require_authentication;
  options.limits.requests_per_second = settings.client_requests_per_second;
  options.limits.concurrent_calls = settings.client_concurrent_calls;
  options.audit_retention = settings.audit_retention;
  return options;
}

std::shared_ptr<const IdentityPolicy> IdentityOf(const Settings& settings) {
  std::map<std::string, int64_t> limits;
  for (const IdentifierLimit& each : settings.identifier_limits) {
    limits[each.kind] = each.limit;
  }
  auto policy = std::make_shared<IdentityPolicy>();
  policy->blocked = BlockedIdentifiers(settings.blocked_identifiers);
  policy->limits = IdentifierLimits(limits, settings.other_identifiers_limit);
  policy->large_profile_events = settings.large_profile_events;
  return policy;
}

// Empty where none is wanted. One that was left before that is deleted.
std::string HistoryCacheOf(const Settings& settings) {
  const std::string path = settings.data + "/histories";
  if (settings.history_cache) return path;
  DropCache(path);
  return "";
}

DestinationSettings DestinationsOf(const Settings& settings) {
  DestinationSettings destinations;
  if (settings.phone_region) {
    destinations.phone_region = settings.phone_region->code;
  }
  destinations.consents = ConsentNeedsOf(settings.destination_consents);
  return destinations;
}

}  // namespace

Daemon::Daemon(Settings settings, const Clock& clock, ServiceNotifier notifier)
    : settings_(std::move(settings)),
      clock_(clock),
      destinations_(DestinationsOf(settings_)),
      start_time_(clock.Now()),
      notifier_(std::move(notifier)) {}

std::optional<TlsFiles> Daemon::Tls() const {
  if (settings_.tls_certificate.empty()) return std::nullopt;
  return TlsFiles{settings_.tls_certificate, settings_.tls_key,
                  settings_.tls_client_ca};
}

// The way down, in order: no new calls, then no new commits, then no more
// answers, then the database.
Daemon::~Daemon() {
  rule_watch_.reset();
  monitor_.reset();
  if (server_) server_->SetServing(false);
  if (server_) server_->Shutdown(settings_.shutdown_grace);
  if (http_) http_->Stop();
  if (access_) access_->Stop();
  if (pipeline_) pipeline_->Stop();  // calls that still wait are answered
  if (rollout_) rollout_->Stop();
  if (store_) store_->EndStatements();  // reads have had their time
  http_.reset();
  server_.reset();
  access_.reset();
  rollout_.reset();
  pipeline_.reset();
  feed_.reset();
  store_.reset();
  postgres_.reset();
}

// The way up, in order: first what tells how far the rest is, then each step
// needs the one before.
absl::Status Daemon::Start() {
  absl::Status status = StartHttp();
  if (status.ok()) status = StartListening();
  if (status.ok()) status = StartDatabase();
  if (status.ok()) status = StartPipeline();
  if (status.ok()) status = OpenServer();
  if (status.ok() && stopped_.HasBeenNotified()) {
    status = absl::CancelledError("stopped while starting");
  }
  if (!status.ok()) return status;
  AddMetrics();
  progress_.Finish();
  WatchFreshness();
  WatchRules();
  notifier_.Ready();
  return absl::OkStatus();
}

void Daemon::Begin(const std::string& what) {
  progress_.Begin(what);
  notifier_.Status(what);
}

absl::Status Daemon::StartHttp() {
  AddProcessMetrics(AUDIENCED_VERSION, metrics_);
  if (!settings_.http_listen) return absl::OkStatus();
  absl::StatusOr<std::unique_ptr<HttpServer>> http = HttpServer::Start(
      {*settings_.http_listen, [this] { return CheckReadiness(); },
       [this] { return metrics_.Text(); }});
  if (!http.ok()) return http.status();
  http_ = *std::move(http);
  LogInfo("http", "serving health and metrics", {{"port", http_->port()}});
  return absl::OkStatus();
}

// Calls are refused with STARTING until there is what can answer them.
absl::Status Daemon::StartListening() {
  Server::Options options;
  options.listen.tls = Tls();
  for (const ListenAddress& address : settings_.listen) {
    if (clock_.is_test_clock() && !address.IsLoopback()) {
      return absl::InvalidArgumentError(
          "with a test clock only loopback addresses are served");
    }
    options.listen.addresses.push_back(ListenAddressText(address));
  }
  options.listen.deaf = [this] {
    GiveUp(absl::ResourceExhaustedError(
        "no more connections are taken, as one could not be; most likely there "
        "are more than the limit of open files (LimitNOFILE) allows"));
  };
  options.event_limit_bytes = settings_.max_event_bytes;
  options.batch_event_limit = settings_.max_batch_events;
  options.watcher_limit = settings_.max_watchers;
  options.checkpoint_interval = settings_.checkpoint_interval;
  options.process = {AUDIENCED_VERSION, start_time_, settings_.database.empty(),
                     settings_.max_queued_events,
                     settings_.history_memory << 20};
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(options, [this] { return progress_.Text(); });
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  return absl::OkStatus();
}

absl::Status Daemon::StartDatabase() {
  std::string url = settings_.database;
  if (url.empty()) {
    Begin("starting the private database");
    LogInfo("postgres", "starting the private database",
            {{"folder", settings_.data}});
    absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> postgres =
        EmbeddedPostgres::Start(settings_.data);
    if (!postgres.ok()) return postgres.status();
    postgres_ = *std::move(postgres);
    url = postgres_->url();
  }
  Begin("opening the database");
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open({url});
  if (!store.ok()) return store.status();
  store_ = *std::move(store);
  absl::StatusOr<InstanceRecord> instance = store_->LoadInstance();
  if (!instance.ok()) return instance.status();
  cursors_ = std::make_unique<CursorCoder>(
      instance->database_id, instance->cursor_key, instance->starts);
  feed_ = std::make_unique<ChangeFeed>(*store_, *instance);
  return absl::OkStatus();
}

absl::Status Daemon::StartPipeline() {
  Begin("loading");
  const Rollout::Options rollout_options = RolloutOptions(settings_);
  absl::StatusOr<RuleUpdate> rules =
      FirstRules(*store_, clock_, rollout_options);
  if (!rules.ok()) return rules.status();
  Pipeline::Options options;
  options.late_after = settings_.late_after;
  options.future_tolerance = settings_.future_tolerance;
  options.max_lag = settings_.max_lag;
  options.retention = RetentionOf(settings_);
  options.commit_events_limit = static_cast<int>(settings_.max_commit_events);
  options.queue_events_limit = static_cast<int>(settings_.max_queued_events);
  options.history_limit_bytes = settings_.history_memory << 20;
  options.history_cache = HistoryCacheOf(settings_);
  options.change_log_retention = settings_.change_log_retention;
  options.subscription_log_limit = settings_.subscription_log_limit;
  options.load_progress = [this](const RebuildProgress& progress) {
    progress_.SetLoaded(progress.moved, progress.total);
    return !stopped_.HasBeenNotified();
  };
  options.give_up = [this](const absl::Status& why) { GiveUp(why); };
  options.identity = IdentityOf(settings_);
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

absl::Status Daemon::OpenServer() {
  absl::StatusOr<std::unique_ptr<AccessControl>> access = AccessControl::Load(
      *store_, *pipeline_, clock_, AccessOptions(settings_));
  if (!access.ok()) return access.status();
  access_ = *std::move(access);
  server_->Open({*pipeline_, *feed_, *store_, *cursors_, clock_, *rollout_,
                 *access_, destinations_});
  LogInfo("service", "serving gRPC",
          {{"addresses", absl::StrJoin(server_->addresses(), " ")}});
  return absl::OkStatus();
}

void Daemon::RunUntilStopped() {
  stopped_.WaitForNotification();
  notifier_.Stopping();
  LogInfo("daemon", "stopping", {});
}

void Daemon::Stop() {
  if (!is_stopping_.exchange(true)) stopped_.Notify();
}

void Daemon::GiveUp(const absl::Status& why) {
  {
    const absl::MutexLock lock(&fault_mutex_);
    fault_ = why;
  }
  Stop();
}

absl::Status Daemon::fault() const {
  const absl::MutexLock lock(&fault_mutex_);
  return fault_;
}

void Daemon::ReloadRules() {
  if (!progress_.is_finished()) return;
  notifier_.Reloading();
  rollout_->ReloadLater([this] { notifier_.Ready(); });
}

// The gRPC health follows the freshness, also while the pipeline hangs.
void Daemon::WatchFreshness() {
  server_->SetServing(true);
  monitor_ = std::make_unique<FreshnessMonitor>(
      pipeline_->freshness(),
      [this, was_fresh = true](const absl::Status& fresh) mutable {
        server_->SetServing(fresh.ok());
        notifier_.Status(fresh.ok() ? "serving" : std::string(fresh.message()));
        if (!fresh.ok()) {
          LogWarning("daemon", "not ready", {{"reason", fresh}});
        } else if (!was_fresh) {
          LogInfo("daemon", "ready again", {});
        }
        was_fresh = fresh.ok();
      });
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
  if (!progress_.is_finished()) {
    // `loading: 312,000 of 1,000,000 profiles`, or a word for the stage.
    const std::pair<std::string, std::string> stage =
        absl::StrSplit(progress_.Text(), absl::MaxSplits(": ", 1));
    return {{stage.first, false, stage.second}};
  }
  if (stopped_.HasBeenNotified()) return {{"stopping", false, ""}};
  const absl::Status fresh = pipeline_->freshness().Check();
  return {{"freshness", fresh.ok(), std::string(fresh.message())}};
}

}  // namespace audienced
