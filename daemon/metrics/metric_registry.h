#ifndef AUDIENCED_DAEMON_METRICS_METRIC_REGISTRY_H_
#define AUDIENCED_DAEMON_METRICS_METRIC_REGISTRY_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "daemon/metrics/metrics.h"

namespace audienced {

// Labels of a metric, in the order in which they are shown. Values come from a
// bounded set (a code, a method, an audience) and are never a person's.
using MetricLabels = std::vector<std::pair<std::string, std::string>>;

// All metrics of the process, and their text for Prometheus. Thread-safe.
//
// Get... makes the metric at the first call and finds it at the next ones, at
// the price of a lock: keep the reference. References stay good as long as the
// registry lives. A name has one kind and one help text; another kind under the
// same name, or a name or label that Prometheus would refuse, is a defect and
// ends the process.
class MetricRegistry {
 public:
  // Distinct label values that one name can have. What comes beyond goes
  // together under the value `other` in every label.
  static constexpr size_t kSeriesLimit = 1000;

  MetricRegistry() = default;
  MetricRegistry(const MetricRegistry&) = delete;
  MetricRegistry& operator=(const MetricRegistry&) = delete;

  Counter& GetCounter(const std::string& name, const std::string& help,
                      MetricLabels labels = {});
  Gauge& GetGauge(const std::string& name, const std::string& help,
                  MetricLabels labels = {});
  // The bounds are those of the first call for `name`.
  Histogram& GetHistogram(const std::string& name, const std::string& help,
                          const std::vector<double>& bounds,
                          MetricLabels labels = {});

  using Reader = std::function<double()>;

  // A value that is asked for when the metrics are read, for what is known
  // anyway (the length of a queue). `read` must be quick, must not use the
  // registry, and must stay valid as long as metrics can be read.
  void AddGaugeReader(const std::string& name, const std::string& help,
                      Reader read, MetricLabels labels = {});
  void AddCounterReader(const std::string& name, const std::string& help,
                        Reader read, MetricLabels labels = {});

  // A family whose labels are known only when it is read: `read` answers with
  // one value for each set of labels, at most kSeriesLimit of them, each once.
  using FamilyReader =
      std::function<std::vector<std::pair<MetricLabels, double>>()>;
  void AddCounterFamily(const std::string& name, const std::string& help,
                        FamilyReader read);
  void AddGaugeFamily(const std::string& name, const std::string& help,
                      FamilyReader read);

  // Everything in the Prometheus text format 0.0.4, by name and labels.
  std::string Text() const;

  // The Content-Type of Text().
  static constexpr char kContentType[] =
      "text/plain; version=0.0.4; charset=utf-8";

 private:
  enum class Kind { kCounter, kGauge, kHistogram };
  using Series = std::variant<std::unique_ptr<Counter>, std::unique_ptr<Gauge>,
                              std::unique_ptr<Histogram>, Reader>;
  struct Family {
    Kind kind;
    std::string help;
    std::map<std::string, Series> series;  // by the text of the labels
    FamilyReader read = {};                // in place of series
  };

  // The place of a series, made with `make` if it is new.
  Series& FindOrMake(const std::string& name, const std::string& help,
                     Kind kind, MetricLabels labels,
                     const std::function<Series()>& make)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static const char* KindName(Kind kind);
  void AddFamily(const std::string& name, const std::string& help, Kind kind,
                 FamilyReader read);

  mutable absl::Mutex mutex_;
  std::map<std::string, Family> families_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_METRICS_METRIC_REGISTRY_H_
