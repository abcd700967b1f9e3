#include "daemon/service/server.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "daemon/service/audience_service.h"
#include "daemon/service/call/watch_registry.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/event_service.h"
#include "daemon/service/listener.h"
#include "daemon/service/query/rule_loader.h"
#include "daemon/service/rule_service.h"

namespace audienced {
namespace {

// Calls that read the database wait on it rather than on a core.
constexpr int kCallThreads = 4;
constexpr size_t kWaitingCallLimit = 256;

std::string FirstError(const v1::ReloadRulesResponse& answer) {
  for (const v1::Diagnostic& diagnostic : answer.diagnostics()) {
    if (diagnostic.severity() == v1::Diagnostic::SEVERITY_ERROR) {
      return diagnostic.rendered();
    }
  }
  return "";
}

}  // namespace

// In the order of construction: what is below uses what is above.
struct Server::Parts {
  Parts(Stages given, const Options& options)
      : stages(given),
        loader(stages, options.rule_folder),
        watches(stages, {options.watcher_limit, options.checkpoint_interval}),
        pool(kCallThreads, kWaitingCallLimit),
        events(stages, {options.event_limit_bytes, options.batch_event_limit}),
        audiences(stages, pool, watches),
        rules(stages, loader, pool) {}

  const Stages stages;
  RuleLoader loader;
  WatchRegistry watches;
  WorkerPool pool;
  EventService events;
  AudienceService audiences;
  RuleService rules;
  std::unique_ptr<Listener> listener;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(Stages stages,
                                                      Options options) {
  auto parts = std::make_unique<Parts>(stages, options);
  absl::StatusOr<std::unique_ptr<Listener>> listener = Listener::Open(
      options.addresses, {&parts->events, &parts->audiences, &parts->rules});
  if (!listener.ok()) return listener.status();
  parts->listener = *std::move(listener);
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

const std::vector<std::string>& Server::addresses() const {
  return parts_->listener->addresses();
}

void Server::SetServing(bool serving) { parts_->listener->SetServing(serving); }

void Server::ReloadRules(std::function<void(absl::Status)> done) {
  parts_->loader.Reload(
      /*validate_only=*/false,
      [done = std::move(done)](
          const absl::StatusOr<v1::ReloadRulesResponse>& answer) {
        if (!answer.ok() || answer->error_count() == 0) {
          return done(answer.status());
        }
        done(absl::InvalidArgumentError(absl::StrCat(
            "the rules have ", answer->error_count(),
            " errors; those in force stay. The first: ", FirstError(*answer))));
      });
}

int64_t Server::watcher_count() const { return parts_->watches.size(); }

void Server::Shutdown(absl::Duration grace) {
  parts_->watches.CloseAll();
  parts_->events.CloseStreams();
  parts_->listener->Shutdown(grace);
}

}  // namespace audienced
