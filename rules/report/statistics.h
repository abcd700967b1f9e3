#ifndef AUDIENCED_RULES_REPORT_STATISTICS_H_
#define AUDIENCED_RULES_REPORT_STATISTICS_H_

#include <cstdint>
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

// How many times as large `with` is as `without`, with the interval of its
// logarithm (Katz, Baptista, Azen and Pike, 1978). Where nobody reached it in
// one of them, half a person more did in both, of one person more (Walter,
// 1975). Both have people.
Estimate RatioOf(const Share& with, const Share& without);

// Whether there are people enough that DifferByChance() holds: at least 5 are
// to be expected in each of the four groups (Cochran, 1954).
bool CanBeTested(const Share& with, const Share& without);

// How probable it is that two shares that are equal in truth differ as much by
// chance, in either direction: the normal test of two proportions with a common
// one, which is the test by chi-square (Pearson, 1900).
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
