#include "daemon/pipeline/freshness_monitor.h"

#include <utility>

namespace audienced {

FreshnessMonitor::FreshnessMonitor(
    Freshness& freshness, std::function<void(const absl::Status&)> told)
    : freshness_(freshness),
      told_(std::move(told)),
      thread_([this] { Run(); }) {}

FreshnessMonitor::~FreshnessMonitor() {
  freshness_.StopWaiting();
  thread_.join();
}

void FreshnessMonitor::Run() {
  bool fresh = true;
  do {
    const absl::Status status = freshness_.Check();
    fresh = status.ok();
    told_(status);
  } while (freshness_.WaitWhile(fresh));
}

}  // namespace audienced
