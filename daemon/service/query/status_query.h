#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_STATUS_QUERY_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_STATUS_QUERY_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "audienced/v1/status_service.pb.h"
#include "daemon/service/call/watch_registry.h"
#include "daemon/service/stages.h"

namespace audienced {

// Limit of audienced/v1/status_service.proto.
inline constexpr size_t kWatchStatusLimit = 1000;

// What does not change while the process runs.
struct ProcessFacts {
  std::string version;
  absl::Time start_time;
  bool database_is_private = false;
  int64_t queued_events_limit = 0;
  int64_t history_limit_bytes = 0;
};

// Answers StatusService.GetStatus, from memory.
void FillStatus(const Stages& stages, const WatchRegistry& watches,
                const ProcessFacts& process, v1::GetStatusResponse& response);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_STATUS_QUERY_H_
