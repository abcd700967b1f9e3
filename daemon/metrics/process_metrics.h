#ifndef AUDIENCED_DAEMON_METRICS_PROCESS_METRICS_H_
#define AUDIENCED_DAEMON_METRICS_PROCESS_METRICS_H_

#include <string>

#include "daemon/metrics/metric_registry.h"

namespace audienced {

// Adds what every Prometheus client says of its process (`process_...`: CPU
// time, memory, open files, start) and `audienced_build_info`, which is 1 and
// carries `version` as its label.
void AddProcessMetrics(const std::string& version, MetricRegistry& registry);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_METRICS_PROCESS_METRICS_H_
