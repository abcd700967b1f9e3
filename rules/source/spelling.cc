#include "rules/source/spelling.h"

#include <algorithm>
#include <utility>

namespace audienced {
namespace {

// Names are at most 63 bytes long; of longer words no one asks a correction.
constexpr size_t kWordLimit = 100;

// Insertions, deletions, replacements and swaps of neighbours that turn `left`
// into `right`; `limit` + 1 where there are more than `limit`.
size_t EditDistance(std::string_view left, std::string_view right,
                    size_t limit) {
  const size_t difference = left.size() > right.size()
                                ? left.size() - right.size()
                                : right.size() - left.size();
  if (difference > limit) return limit + 1;
  std::vector<size_t> before_last(right.size() + 1);
  std::vector<size_t> last(right.size() + 1);
  std::vector<size_t> current(right.size() + 1);
  for (size_t j = 0; j <= right.size(); ++j) last[j] = j;
  for (size_t i = 1; i <= left.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= right.size(); ++j) {
      const size_t replaced = last[j - 1] + (left[i - 1] != right[j - 1]);
      current[j] = std::min({replaced, last[j] + 1, current[j - 1] + 1});
      const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] &&
                           left[i - 2] == right[j - 1];
      if (swapped) current[j] = std::min(current[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return std::min(last[right.size()], limit + 1);
}

}  // namespace

std::string_view NearestName(std::string_view word,
                             const std::vector<std::string_view>& candidates) {
  if (word.empty() || word.size() > kWordLimit) return "";
  size_t limit = std::max<size_t>(word.size() / 3, 1);
  std::string_view nearest;
  for (std::string_view candidate : candidates) {
    // A name shares at least one letter with its misspelling.
    if (candidate.size() <= 1 && word.size() <= 1) continue;
    const size_t distance = EditDistance(word, candidate, limit);
    if (distance > limit) continue;
    nearest = candidate;
    if (distance == 0) break;
    limit = distance - 1;
  }
  return nearest;
}

}  // namespace audienced
