#include "daemon/metrics/metric_registry.h"

#include <cstdio>
#include <cstdlib>

#include "daemon/metrics/prometheus_text.h"

namespace audienced {
namespace {

[[noreturn]] void EndForDefect(const std::string& metric, const char* defect) {
  std::fprintf(stderr, "metric '%s': %s\n", metric.c_str(), defect);
  std::abort();
}

void CheckNames(const std::string& name, const MetricLabels& labels) {
  if (!IsMetricName(name)) EndForDefect(name, "the name is malformed");
  for (const auto& [label, value] : labels) {
    if (!IsLabelName(label)) EndForDefect(name, "a label is malformed");
  }
}

}  // namespace

Counter& MetricRegistry::GetCounter(const std::string& name,
                                    const std::string& help,
                                    MetricLabels labels) {
  absl::MutexLock lock(&mutex_);
  Series& series = FindOrMake(name, help, Kind::kCounter, std::move(labels),
                              [] { return std::make_unique<Counter>(); });
  auto* counter = std::get_if<std::unique_ptr<Counter>>(&series);
  if (counter == nullptr) EndForDefect(name, "it already has a reader");
  return **counter;
}

Gauge& MetricRegistry::GetGauge(const std::string& name,
                                const std::string& help, MetricLabels labels) {
  absl::MutexLock lock(&mutex_);
  Series& series = FindOrMake(name, help, Kind::kGauge, std::move(labels),
                              [] { return std::make_unique<Gauge>(); });
  auto* gauge = std::get_if<std::unique_ptr<Gauge>>(&series);
  if (gauge == nullptr) EndForDefect(name, "it already has a reader");
  return **gauge;
}

Histogram& MetricRegistry::GetHistogram(const std::string& name,
                                        const std::string& help,
                                        const std::vector<double>& bounds,
                                        MetricLabels labels) {
  absl::MutexLock lock(&mutex_);
  Series& series =
      FindOrMake(name, help, Kind::kHistogram, std::move(labels),
                 [&] { return std::make_unique<Histogram>(bounds); });
  return **std::get_if<std::unique_ptr<Histogram>>(&series);
}

void MetricRegistry::AddGaugeReader(const std::string& name,
                                    const std::string& help, Reader read,
                                    MetricLabels labels) {
  absl::MutexLock lock(&mutex_);
  FindOrMake(name, help, Kind::kGauge, std::move(labels), [&] { return read; });
}

void MetricRegistry::AddCounterReader(const std::string& name,
                                      const std::string& help, Reader read,
                                      MetricLabels labels) {
  absl::MutexLock lock(&mutex_);
  FindOrMake(name, help, Kind::kCounter, std::move(labels),
             [&] { return read; });
}

void MetricRegistry::AddCounterFamily(const std::string& name,
                                      const std::string& help,
                                      FamilyReader read) {
  AddFamily(name, help, Kind::kCounter, std::move(read));
}

void MetricRegistry::AddGaugeFamily(const std::string& name,
                                    const std::string& help,
                                    FamilyReader read) {
  AddFamily(name, help, Kind::kGauge, std::move(read));
}

void MetricRegistry::AddFamily(const std::string& name, const std::string& help,
                               Kind kind, FamilyReader read) {
  CheckNames(name, {});
  absl::MutexLock lock(&mutex_);
  Family family{kind, help, {}, std::move(read)};
  if (!families_.emplace(name, std::move(family)).second) {
    EndForDefect(name, "it is there twice");
  }
}

MetricRegistry::Series& MetricRegistry::FindOrMake(
    const std::string& name, const std::string& help, Kind kind,
    MetricLabels labels, const std::function<Series()>& make) {
  CheckNames(name, labels);
  Family& family =
      families_.try_emplace(name, Family{kind, help, {}, {}}).first->second;
  if (family.kind != kind) EndForDefect(name, "it has two kinds");
  if (family.read) EndForDefect(name, "it already has a reader");
  std::string text = LabelsText(labels);
  auto place = family.series.find(text);
  if (place == family.series.end() && family.series.size() >= kSeriesLimit) {
    for (auto& [label, value] : labels) value = "other";
    text = LabelsText(labels);
    place = family.series.find(text);
  }
  if (place == family.series.end()) {
    place = family.series.emplace(std::move(text), make()).first;
  }
  return place->second;
}

std::string MetricRegistry::Text() const {
  absl::MutexLock lock(&mutex_);
  PrometheusText text;
  for (const auto& [name, family] : families_) {
    text.BeginFamily(name, family.help, KindName(family.kind));
    if (family.read) {
      for (const auto& [labels, value] : family.read()) {
        text.AddSample(name, LabelsText(labels), value);
      }
      continue;
    }
    for (const auto& [labels, series] : family.series) {
      if (const auto* counter =
              std::get_if<std::unique_ptr<Counter>>(&series)) {
        text.AddSample(name, labels, (*counter)->value());
      } else if (const auto* gauge =
                     std::get_if<std::unique_ptr<Gauge>>(&series)) {
        text.AddSample(name, labels, (*gauge)->value());
      } else if (const auto* histogram =
                     std::get_if<std::unique_ptr<Histogram>>(&series)) {
        text.AddHistogram(name, labels, **histogram);
      } else {
        text.AddSample(name, labels, std::get<Reader>(series)());
      }
    }
  }
  return text.Take();
}

const char* MetricRegistry::KindName(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
      return "gauge";
    case Kind::kHistogram:
      return "histogram";
  }
  return "untyped";
}

}  // namespace audienced
