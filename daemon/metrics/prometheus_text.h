#ifndef AUDIENCED_DAEMON_METRICS_PROMETHEUS_TEXT_H_
#define AUDIENCED_DAEMON_METRICS_PROMETHEUS_TEXT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "daemon/metrics/metrics.h"

namespace audienced {

// Writes the Prometheus text format 0.0.4, family after family.
class PrometheusText {
 public:
  void BeginFamily(const std::string& name, const std::string& help,
                   const char* kind);

  // `labels` as LabelsText() gives them.
  void AddSample(const std::string& name, const std::string& labels,
                 double value);
  void AddSample(const std::string& name, const std::string& labels,
                 uint64_t value);
  void AddHistogram(const std::string& name, const std::string& labels,
                    const Histogram& histogram);

  // The text; ends with a line break unless it is empty.
  std::string Take() { return std::move(text_); }

 private:
  void AddLine(const std::string& name, const std::string& labels,
               const std::string& number);

  std::string text_;
};

// `code="OK",method="Ingest"`: values escaped, without braces.
std::string LabelsText(
    const std::vector<std::pair<std::string, std::string>>& labels);

// Whether Prometheus takes `name` for a metric: letters, digits and `_`, not a
// digit first, and for a label: the same, but not `__` first.
bool IsMetricName(const std::string& name);
bool IsLabelName(const std::string& name);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_METRICS_PROMETHEUS_TEXT_H_
