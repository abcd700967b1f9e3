#ifndef AUDIENCED_DAEMON_DAEMON_H_
#define AUDIENCED_DAEMON_DAEMON_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "daemon/access/access_control.h"
#include "daemon/config/settings.h"
#include "daemon/destination/destination_settings.h"
#include "daemon/http/http_server.h"
#include "daemon/metrics/metric_registry.h"
#include "daemon/pipeline/freshness_monitor.h"
#include "daemon/pipeline/pipeline.h"
#include "daemon/publish/cursor.h"
#include "daemon/publish/feed.h"
#include "daemon/rollout/rollout.h"
#include "daemon/service/server.h"
#include "daemon/start_progress.h"
#include "daemon/store/embedded_postgres.h"
#include "daemon/store/store.h"
#include "daemon/system/clock.h"
#include "daemon/system/folder_watch.h"
#include "daemon/system/service_notifier.h"

namespace audienced {

// The process: its stages, wired together. Starting and stopping are two lists
// that can be read in order. Not thread-safe except where said.
class Daemon {
 public:
  Daemon(Settings settings, const Clock& clock, ServiceNotifier notifier);
  ~Daemon();

  // Brings everything up; ready when it returns OK. Health, readiness and calls
  // are answered meanwhile, and say how far it is. Else what was brought up is
  // taken down by the destructor. kCancelled: Stop() was called.
  absl::Status Start();

  // Blocks until Stop() is called, or nothing is left to be done but to start
  // anew; everything is taken down by the destructor.
  void RunUntilStopped();
  // Why only a new start goes on; OK while nothing speaks against this one.
  // Thread-safe.
  absl::Status fault() const;

  // Thread-safe.
  void Stop();
  // Reads the rules again; nothing while it starts. Thread-safe.
  void ReloadRules();

 private:
  absl::Status StartHttp();
  absl::Status StartListening();
  absl::Status StartDatabase();
  absl::Status StartPipeline();
  absl::Status OpenServer();
  void GiveUp(const absl::Status& why);
  void WatchFreshness();
  void WatchRules();
  void Begin(const std::string& what);
  void AddMetrics();
  void AddEventMetrics();
  void AddFreshnessMetrics();
  void AddRuleMetrics();
  void AddMemoryMetrics();
  void AddPersonMetrics();
  void AddPublishingMetrics();
  void AddSubscriptionMetrics();
  void AddTlsMetrics(const TlsFiles& files);
  // None where only this machine can connect.
  std::optional<TlsFiles> Tls() const;
  Readiness CheckReadiness() const;

  const Settings settings_;
  const Clock& clock_;
  const DestinationSettings destinations_;
  const absl::Time start_time_;
  const ServiceNotifier notifier_;
  MetricRegistry metrics_;
  StartProgress progress_;
  std::atomic<bool> is_stopping_ = false;
  absl::Notification stopped_;
  mutable absl::Mutex fault_mutex_;
  absl::Status fault_ ABSL_GUARDED_BY(fault_mutex_);

  // In the order in which they are brought up; the destructor has its own.
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<Server> server_;  // opened when all below is there
  std::unique_ptr<EmbeddedPostgres> postgres_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<CursorCoder> cursors_;
  std::unique_ptr<ChangeFeed> feed_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<Rollout> rollout_;
  std::unique_ptr<AccessControl> access_;
  std::unique_ptr<FreshnessMonitor> monitor_;
  std::unique_ptr<FolderWatch> rule_watch_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DAEMON_H_
