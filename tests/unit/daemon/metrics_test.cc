// Metrics and their text, in the Prometheus format 0.0.4.

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "daemon/metrics/metric_registry.h"
#include "daemon/metrics/process_metrics.h"
#include "daemon/metrics/prometheus_text.h"

namespace audienced {
namespace {

bool HasLine(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(MetricsTest, FamiliesAndSeriesStandInOrder) {
  MetricRegistry registry;
  EXPECT_EQ(registry.Text(), "");
  registry.GetGauge("b_bytes", "Second.").Set(1.5);
  registry.GetCounter("a_total", "First.", {{"code", "OK"}}).Add(2);
  registry.GetCounter("a_total", "First.", {{"code", "INTERNAL"}}).Add();
  EXPECT_EQ(registry.Text(),
            "# HELP a_total First.\n"
            "# TYPE a_total counter\n"
            "a_total{code=\"INTERNAL\"} 1\n"
            "a_total{code=\"OK\"} 2\n"
            "# HELP b_bytes Second.\n"
            "# TYPE b_bytes gauge\n"
            "b_bytes 1.5\n");
}

TEST(MetricsTest, TheSameLabelsAreTheSameMetric) {
  MetricRegistry registry;
  Counter& one = registry.GetCounter("a_total", "A.", {{"x", "1"}});
  EXPECT_EQ(&one, &registry.GetCounter("a_total", "A.", {{"x", "1"}}));
  EXPECT_NE(&one, &registry.GetCounter("a_total", "A.", {{"x", "2"}}));
}

TEST(MetricsTest, AFamilyMayKnowItsLabelsOnlyWhenItIsRead) {
  MetricRegistry registry;
  std::vector<std::pair<MetricLabels, double>> values;
  registry.AddCounterFamily("a_total", "A.", [&] { return values; });
  EXPECT_EQ(registry.Text(), "# HELP a_total A.\n# TYPE a_total counter\n");
  values = {{{{"x", "1"}}, 2}, {{{"x", "2"}}, 5}};
  EXPECT_TRUE(HasLine(registry.Text(), "a_total{x=\"1\"} 2"));
  EXPECT_TRUE(HasLine(registry.Text(), "a_total{x=\"2\"} 5"));
}

TEST(MetricsTest, LabelsAndHelpAreEscaped) {
  MetricRegistry registry;
  registry.GetCounter("a_total", "A \"b\"\nc\\d",
                      {{"x", "q\"\\\n"}, {"y", "é"}});
  EXPECT_EQ(registry.Text(),
            "# HELP a_total A \"b\"\\nc\\\\d\n"
            "# TYPE a_total counter\n"
            "a_total{x=\"q\\\"\\\\\\n\",y=\"é\"} 0\n");
}

TEST(MetricsTest, NumbersReadBack) {
  MetricRegistry registry;
  Gauge& gauge = registry.GetGauge("a_seconds", "A.");
  const auto text_of = [&](double value) {
    gauge.Set(value);
    const std::string text = registry.Text();
    const size_t begin = text.rfind(' ') + 1;
    return text.substr(begin, text.size() - begin - 1);
  };
  EXPECT_EQ(text_of(0), "0");
  EXPECT_EQ(text_of(-0.1), "-0.1");
  EXPECT_EQ(text_of(1772323200.25), "1772323200.25");
  EXPECT_EQ(text_of(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(text_of(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(text_of(std::numeric_limits<double>::quiet_NaN()), "NaN");
  Counter& counter = registry.GetCounter("z_total", "Z.");
  counter.Add(std::numeric_limits<uint64_t>::max());
  EXPECT_TRUE(HasLine(registry.Text(), "z_total 18446744073709551615"));
}

TEST(MetricsTest, BucketsAreCumulativeAndIncludeTheirBound) {
  MetricRegistry registry;
  Histogram& histogram =
      registry.GetHistogram("a_seconds", "A.", {0.1, 1}, {{"m", "x"}});
  histogram.Observe(0.1);
  histogram.Observe(0.1000001);
  histogram.Observe(absl::Seconds(1));
  histogram.Observe(2);
  histogram.Observe(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(registry.Text(),
            "# HELP a_seconds A.\n"
            "# TYPE a_seconds histogram\n"
            "a_seconds_bucket{m=\"x\",le=\"0.1\"} 1\n"
            "a_seconds_bucket{m=\"x\",le=\"1\"} 3\n"
            "a_seconds_bucket{m=\"x\",le=\"+Inf\"} 4\n"
            "a_seconds_sum{m=\"x\"} 3.2000001\n"
            "a_seconds_count{m=\"x\"} 4\n");
}

TEST(MetricsTest, ReadersAreAskedWhenMetricsAreRead) {
  MetricRegistry registry;
  double length = 3;
  registry.AddGaugeReader("queue_events", "Q.", [&] { return length; });
  EXPECT_TRUE(HasLine(registry.Text(), "queue_events 3"));
  length = 4;
  EXPECT_TRUE(HasLine(registry.Text(), "queue_events 4"));
}

TEST(MetricsTest, SeriesBeyondTheLimitGoTogether) {
  MetricRegistry registry;
  for (size_t i = 0; i < MetricRegistry::kSeriesLimit + 5; ++i) {
    registry.GetCounter("a_total", "A.", {{"i", std::to_string(i)}}).Add();
  }
  // What was there before the limit is still found.
  registry.GetCounter("a_total", "A.", {{"i", "0"}}).Add();
  const std::string text = registry.Text();
  EXPECT_TRUE(HasLine(text, "a_total{i=\"other\"} 5"));
  EXPECT_TRUE(HasLine(text, "a_total{i=\"0\"} 2"));
  EXPECT_FALSE(HasLine(text, "a_total{i=\"1000\"} 1"));
}

TEST(MetricsTest, NothingIsLostBetweenThreads) {
  MetricRegistry registry;
  Counter& counter = registry.GetCounter("a_total", "A.");
  Histogram& histogram = registry.GetHistogram("b_events", "B.", {1});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 10000; ++j) {
        counter.Add();
        histogram.Observe(1);
      }
    });
  }
  registry.Text();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(counter.value(), 40000u);
  EXPECT_EQ(histogram.sum(), 40000);
}

TEST(MetricsTest, NamesThatPrometheusRefuses) {
  EXPECT_TRUE(IsMetricName("audienced_events_total"));
  for (const char* name : {"", "1a", "a-b", "a b", "é"}) {
    EXPECT_FALSE(IsMetricName(name)) << name;
  }
  EXPECT_TRUE(IsLabelName("_a"));
  EXPECT_FALSE(IsLabelName("__a"));
}

TEST(MetricsDeathTest, ANameHasOneKind) {
  MetricRegistry registry;
  registry.GetCounter("a_total", "A.");
  EXPECT_DEATH(registry.GetGauge("a_total", "A."), "it has two kinds");
  EXPECT_DEATH(registry.GetCounter("a total", "A."), "the name is malformed");
}

TEST(ProcessMetricsTest, DescribeThisProcess) {
  MetricRegistry registry;
  AddProcessMetrics("1.2.3", registry);
  const std::string text = registry.Text();
  EXPECT_TRUE(HasLine(text, "audienced_build_info{version=\"1.2.3\"} 1"));
  const auto value_of = [&](const std::string& name) {
    const size_t place = text.find("\n" + name + " ");
    EXPECT_NE(place, std::string::npos) << name;
    return std::stod(text.substr(place + name.size() + 2));
  };
  EXPECT_GT(value_of("process_resident_memory_bytes"), 1e6);
  EXPECT_GT(value_of("process_virtual_memory_bytes"),
            value_of("process_resident_memory_bytes"));
  EXPECT_GE(value_of("process_open_fds"), 3);
  EXPECT_GT(value_of("process_cpu_seconds_total"), 0);
  const double age_seconds =
      absl::ToUnixSeconds(absl::Now()) - value_of("process_start_time_seconds");
  EXPECT_GE(age_seconds, -2);
  EXPECT_LT(age_seconds, 600);
}

}  // namespace
}  // namespace audienced
