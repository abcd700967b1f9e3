#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_EVIDENCE_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_EVIDENCE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace audienced {

// Why a condition holds at an instant. Events and items are numbers of the
// history that was evaluated.
struct Evidence {
  // The events counted (of a `did`) or chosen (of a `sequence`); sorted,
  // distinct.
  std::vector<size_t> events;
  // The items of those events that were looked at: with `same` on an item
  // property those of the values that satisfy the condition, else all. Sorted,
  // distinct.
  std::vector<size_t> items;
  // The values of `same` that satisfy the condition; sorted, distinct.
  std::vector<std::string> values;

  bool empty() const { return events.empty(); }
};

// What is wanted of a condition: when it holds, or why, too, which takes
// longer.
enum class Wanted { kSignal, kEvidence };

// Adds all of `more` to `evidence`.
void Merge(Evidence& evidence, const Evidence& more);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_EVIDENCE_H_
