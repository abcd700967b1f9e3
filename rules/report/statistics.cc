#include "rules/report/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace audienced {
namespace {

// 95 % of a normal distribution lies less than so many deviations off.
constexpr double kDeviations = 1.959963984540054;

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

Estimate RatioOf(const Share& with, const Share& without) {
  const bool has_none = with.reached == 0 || without.reached == 0;
  const double half = has_none ? 0.5 : 0.0;
  const double reached = static_cast<double>(with.reached) + half;
  const double people = static_cast<double>(with.people) + 2 * half;
  const double others_reached = static_cast<double>(without.reached) + half;
  const double others = static_cast<double>(without.people) + 2 * half;
  const double ratio = reached / people / (others_reached / others);
  const double deviation =
      std::sqrt(1 / reached - 1 / people + 1 / others_reached - 1 / others);
  const double factor = std::exp(kDeviations * deviation);
  return {ratio, ratio / factor, ratio * factor};
}

bool CanBeTested(const Share& with, const Share& without) {
  const auto people = static_cast<double>(with.people);
  const auto others = static_cast<double>(without.people);
  const auto reached = static_cast<double>(with.reached + without.reached);
  const double all = people + others;
  return all > 0 &&
         std::min(people, others) * std::min(reached, all - reached) / all >= 5;
}

double DifferByChance(const Share& with, const Share& without) {
  const auto people = static_cast<double>(with.people);
  const auto others = static_cast<double>(without.people);
  const double common =
      static_cast<double>(with.reached + without.reached) / (people + others);
  const double deviation =
      std::sqrt(common * (1 - common) * (1 / people + 1 / others));
  if (deviation == 0) return 1;
  const double z = std::abs(with.value() - without.value()) / deviation;
  return std::erfc(z / std::sqrt(2.0));
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
