#ifndef AUDIENCED_DAEMON_PIPELINE_FRESHNESS_MONITOR_H_
#define AUDIENCED_DAEMON_PIPELINE_FRESHNESS_MONITOR_H_

#include <functional>
#include <thread>

#include "absl/status/status.h"
#include "daemon/pipeline/freshness.h"

namespace audienced {

// Tells when memberships cease to be fresh and when they are fresh again, also
// while the pipeline hangs and can tell nothing itself. A thread of its own,
// which sleeps without end while nothing is due.
class FreshnessMonitor {
 public:
  // `told` is called on the monitor's thread with Freshness::Check(), first
  // with the state as it is, then at each turn of it. Borrows `freshness`.
  FreshnessMonitor(Freshness& freshness,
                   std::function<void(const absl::Status&)> told);
  // Ends the thread; nothing is told any more.
  ~FreshnessMonitor();

 private:
  void Run();

  Freshness& freshness_;
  const std::function<void(const absl::Status&)> told_;
  std::thread thread_;
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_FRESHNESS_MONITOR_H_
