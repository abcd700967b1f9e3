#ifndef AUDIENCED_DAEMON_METRICS_METRICS_H_
#define AUDIENCED_DAEMON_METRICS_METRICS_H_

#include <atomic>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/time/time.h"

namespace audienced {

// What the daemon counts and measures of itself. Each metric lives in a
// MetricRegistry; its owner keeps the reference, so that the hot path is one
// atomic addition (a histogram: two). Thread-safe.

// Only rises. Its name ends in `_total`.
class Counter {
 public:
  void Add(uint64_t amount = 1) {
    value_.fetch_add(amount, std::memory_order_relaxed);
  }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Rises and falls. Its name ends in its unit: `_seconds`, `_bytes`.
class Gauge {
 public:
  void Set(double value) { value_.store(value, std::memory_order_relaxed); }
  // Subtracts where `amount` is negative.
  void Add(double amount) {
    value_.fetch_add(amount, std::memory_order_relaxed);
  }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// How measurements are distributed over buckets. Its name ends in its unit.
class Histogram {
 public:
  // `bounds` rise strictly and are the upper ends of the buckets, included;
  // above the last there is one more bucket without an end.
  explicit Histogram(std::vector<double> bounds);

  // What is no number is passed over.
  void Observe(double value);
  void Observe(absl::Duration duration) {
    Observe(absl::ToDoubleSeconds(duration));
  }

  const std::vector<double>& bounds() const { return bounds_; }
  // How many measurements lie in each bucket alone; one more than bounds().
  std::vector<uint64_t> BucketCounts() const;
  double sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  const std::vector<double> bounds_;
  std::deque<std::atomic<uint64_t>> counts_;
  std::atomic<double> sum_{0};
};

// Bounds for the time that a request, a commit or a delivery takes: half a
// millisecond to ten seconds.
std::vector<double> LatencyBounds();

// Bounds for how many there are in a batch: 1 to 10,000.
std::vector<double> BatchSizeBounds();

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_METRICS_METRICS_H_
