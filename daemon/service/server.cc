#include "daemon/service/server.h"

#include <algorithm>
#include <utility>

#include "daemon/service/access_service.h"
#include "daemon/service/audience_service.h"
#include "daemon/service/call/entrance.h"
#include "daemon/service/call/watch_registry.h"
#include "daemon/service/call/worker_pool.h"
#include "daemon/service/event_service.h"
#include "daemon/service/listener.h"
#include "daemon/service/profile_service.h"
#include "daemon/service/query/past_report.h"
#include "daemon/service/rule_service.h"
#include "daemon/service/status_service.h"

namespace audienced {
namespace {

// Calls that read the database wait on it rather than on a core.
constexpr int kCallThreads = 4;
constexpr size_t kWaitingCallLimit = 256;

// For answers that are on their way when the server ends.
constexpr absl::Duration kLastWords = absl::Milliseconds(200);

// How long those hear that the daemon ends who have not heard of it.
constexpr absl::Duration kLastRefusals = absl::Milliseconds(100);

// Calls about rules may evaluate all profiles; others do not wait for them, and
// as many reports as may run leave threads for the rest.
constexpr int kRuleThreads = kReportLimit + 2;
constexpr size_t kWaitingRuleCallLimit = 16;

}  // namespace

// In the order of construction: what is below uses what is above.
struct Server::Parts {
  Parts(const Options& options, std::function<std::string()> progress)
      : entrance(std::move(progress)),
        watches(entrance, {options.watcher_limit, options.checkpoint_interval}),
        pool(kCallThreads, kWaitingCallLimit),
        rule_pool(kRuleThreads, kWaitingRuleCallLimit),
        events(entrance,
               {options.event_limit_bytes, options.batch_event_limit}),
        audiences(entrance, pool, watches),
        profiles(entrance, pool),
        rules(entrance, rule_pool),
        access(entrance, pool),
        status(entrance, watches, options.process) {}
  ~Parts() {
    if (entrance.is_open()) entrance.stages().access.OnRevoked([] {});
  }

  Entrance entrance;
  WatchRegistry watches;
  WorkerPool pool;
  WorkerPool rule_pool;
  EventService events;
  AudienceService audiences;
  ProfileService profiles;
  RuleService rules;
  AccessService access;
  StatusService status;
  std::unique_ptr<Listener> listener;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const Options& options, std::function<std::string()> progress) {
  auto parts = std::make_unique<Parts>(options, std::move(progress));
  absl::StatusOr<std::unique_ptr<Listener>> listener = Listener::Open(
      options.listen, {&parts->events, &parts->audiences, &parts->profiles,
                       &parts->rules, &parts->access, &parts->status});
  if (!listener.ok()) return listener.status();
  parts->listener = *std::move(listener);
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Shutdown(absl::ZeroDuration()); }

// Who is let in must find all that wakes him.
void Server::Open(const Stages& stages) {
  WatchRegistry& watches = parts_->watches;
  watches.Listen(stages.feed);
  // They see that they may not go on.
  stages.access.OnRevoked([&watches] { watches.WakeAll(); });
  parts_->entrance.Open(stages);
}

const std::vector<std::string>& Server::addresses() const {
  return parts_->listener->addresses();
}

void Server::SetServing(bool serving) { parts_->listener->SetServing(serving); }

int64_t Server::watcher_count() const { return parts_->watches.size(); }

int64_t Server::log_watcher_count() const {
  return parts_->watches.log_reader_count();
}

void Server::Shutdown(absl::Duration grace) {
  if (!parts_->entrance.is_open()) {
    parts_->listener->Shutdown(absl::ZeroDuration());
    return;
  }
  const absl::Time give_up = absl::Now() + grace;
  parts_->entrance.stages().access.Close();
  parts_->watches.CloseAll();
  parts_->events.CloseStreams();
  parts_->pool.WaitUntilIdle(give_up);
  parts_->rule_pool.WaitUntilIdle(give_up);
  parts_->events.calls().WaitUntilNone(give_up);
  parts_->profiles.calls().WaitUntilNone(give_up);
  parts_->audiences.calls().WaitUntilNone(give_up);
  parts_->access.calls().WaitUntilNone(give_up);
  // What gRPC itself refuses once it ends is CANCELLED, and does not say why:
  // who calls again and again has been refused here by then.
  absl::SleepFor(std::min(grace, kLastRefusals));
  // gRPC waits for connections too, and a client that is silent keeps its own
  // as long as it likes.
  parts_->listener->Shutdown(std::min(grace, kLastWords));
}

}  // namespace audienced
