#include "rules/engine/timeline/evidence.h"

#include <algorithm>

namespace audienced {
namespace {

template <typename T>
void MergeSorted(std::vector<T>& into, const std::vector<T>& more) {
  into.insert(into.end(), more.begin(), more.end());
  std::sort(into.begin(), into.end());
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

}  // namespace

void Merge(Evidence& evidence, const Evidence& more) {
  MergeSorted(evidence.events, more.events);
  MergeSorted(evidence.items, more.items);
  MergeSorted(evidence.values, more.values);
}

}  // namespace audienced
