#ifndef AUDIENCED_RULES_LANGUAGE_CHECK_IMPLICATION_H_
#define AUDIENCED_RULES_LANGUAGE_CHECK_IMPLICATION_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "rules/language/model.h"

namespace audienced {

// Compares conditions of an audience without any history. Sound, not complete:
// false says nothing. Remembers what it has compared; the conditions outlive it
// and stay where they are. Not thread-safe.
class Implication {
 public:
  // Conditions with more parts are not compared: each with each takes its time.
  static constexpr size_t kComparedParts = 50;

  explicit Implication(std::string_view time_zone) : time_zone_(time_zone) {}

  // Whether `one` can be seen to hold only where `other` holds.
  bool Implies(const Condition& one, const Condition& other);
  // Whether the two can be seen never to hold at the same instant.
  bool Excludes(const Condition& one, const Condition& other);

 private:
  // Whether `one` holds only where `other` does, or does not.
  bool Decides(const Condition& one, const Condition& other, bool does);
  bool Compare(const Condition& one, const Condition& other, bool does);
  bool ComparePartsOfOne(const Condition& one, const Condition& other,
                         bool does);
  bool ComparePartsOfOther(const Condition& one, const Condition& other,
                           bool does);
  const std::string& TextOf(const Condition& condition);

  const std::string_view time_zone_;
  std::map<std::tuple<const Condition*, const Condition*, bool>, bool> known_;
  std::map<const Condition*, std::string> texts_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_CHECK_IMPLICATION_H_
