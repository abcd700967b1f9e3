#ifndef AUDIENCED_RULES_REPORT_STATISTICS_H_
#define AUDIENCED_RULES_REPORT_STATISTICS_H_

#include <cstdint>
#include <optional>
#include <vector>

// What counts of people say beyond chance. All intervals are of 95 %.

namespace audienced {

// So many of so many.
struct Share {
  int64_t reached = 0;
  int64_t people = 0;  // at least `reached`

  // Zero of nobody.
  double value() const {
    return people == 0
               ? 0.0
               : static_cast<double>(reached) / static_cast<double>(people);
  }
};

// An estimate with its interval, both ends included.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
};

// The share with its score interval (Wilson, 1927). Of nobody: from 0 to 1.
Estimate WithInterval(const Share& share);

// How many times as large `with` is as `without` (the relative risk), with the
// interval of its logarithm (Katz, Baptista, Azen and Pike, 1978). Absent where
// nobody of one of them reached it, and where everybody of both did.
std::optional<Estimate> RatioOf(const Share& with, const Share& without);

// How probable it is that two shares that are equal in truth differ as much by
// chance, or more, in either direction: the exact test of a table of four
// (Fisher, 1935). Takes time in proportion to the smaller of its sums.
double DifferByChance(const Share& with, const Share& without);

// How probable it is that a share that is `expected` in truth, above 0 and
// below 1, comes out as far from it by chance, in either direction: the normal
// test of one proportion.
double DiffersByChance(const Share& share, double expected);

// For each of several such probabilities the least rate of false discoveries at
// which it is still one: who takes all below q for true is wrong, on average,
// in at most q of them (Benjamini and Hochberg, 1995). In the order given.
std::vector<double> FalseDiscoveryRates(const std::vector<double>& chances);

}  // namespace audienced

#endif  // AUDIENCED_RULES_REPORT_STATISTICS_H_
