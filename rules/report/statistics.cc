#include "rules/report/statistics.h"

#include <math.h>  // lgamma_r

#include <algorithm>
#include <cmath>
#include <numeric>

namespace audienced {
namespace {

// 95 % of a normal distribution lies less than so many deviations off.
constexpr double kDeviations = 1.959963984540054;

// The logarithm of n!.
double LogFactorial(int64_t n) {
  int sign = 0;  // lgamma() itself would share it between threads
  return lgamma_r(static_cast<double>(n) + 1, &sign);
}

double LogChoose(int64_t n, int64_t k) {
  return LogFactorial(n) - LogFactorial(k) - LogFactorial(n - k);
}

}  // namespace

Estimate WithInterval(const Share& share) {
  if (share.people == 0) return {0, 0, 1};
  const auto n = static_cast<double>(share.people);
  const double p = share.value();
  const double z2 = kDeviations * kDeviations;
  const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kDeviations / (1 + z2 / n) *
                      std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {p, std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

std::optional<Estimate> RatioOf(const Share& with, const Share& without) {
  if (with.reached == 0 || without.reached == 0) return std::nullopt;
  const double ratio = with.value() / without.value();
  const double deviation = std::sqrt(1 / static_cast<double>(with.reached) -
                                     1 / static_cast<double>(with.people) +
                                     1 / static_cast<double>(without.reached) -
                                     1 / static_cast<double>(without.people));
  if (deviation == 0) return std::nullopt;
  const double factor = std::exp(kDeviations * deviation);
  return Estimate{ratio, ratio / factor, ratio * factor};
}

double DifferByChance(const Share& with, const Share& without) {
  const int64_t reached = with.reached + without.reached;
  const int64_t least = std::max<int64_t>(0, reached - without.people);
  const int64_t most = std::min(with.people, reached);
  // The logarithm of how probable it is that `of_them` of the reached fall on
  // the former, but for a summand that all have.
  const auto log_of = [&](int64_t of_them) {
    return LogChoose(with.people, of_them) +
           LogChoose(without.people, reached - of_them);
  };
  const double all = LogChoose(with.people + without.people, reached);
  // Tables that are as probable are as far off; logarithms are not exact.
  const double limit = log_of(with.reached) - all + 1e-6;
  double log = log_of(least) - all;
  double chance = 0;
  for (int64_t of_them = least; of_them <= most; ++of_them) {
    if (log <= limit) chance += std::exp(log);
    log +=
        std::log(static_cast<double>(with.people - of_them) *
                 static_cast<double>(reached - of_them)) -
        std::log(static_cast<double>(of_them + 1) *
                 static_cast<double>(without.people - reached + of_them + 1));
  }
  return std::min(1.0, chance);
}

double DiffersByChance(const Share& share, double expected) {
  if (share.people == 0) return 1;
  const double deviation =
      std::sqrt(expected * (1 - expected) / static_cast<double>(share.people));
  return std::erfc(std::abs(share.value() - expected) / deviation /
                   std::sqrt(2.0));
}

std::vector<double> FalseDiscoveryRates(const std::vector<double>& chances) {
  std::vector<size_t> order(chances.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t left, size_t right) {
    return chances[left] < chances[right];
  });
  std::vector<double> rates(chances.size());
  double least = 1;
  for (size_t rank = order.size(); rank > 0; --rank) {
    const size_t i = order[rank - 1];
    least = std::min(least, chances[i] * static_cast<double>(chances.size()) /
                                static_cast<double>(rank));
    rates[i] = least;
  }
  return rates;
}

}  // namespace audienced
