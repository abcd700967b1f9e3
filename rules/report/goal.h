#ifndef AUDIENCED_RULES_REPORT_GOAL_H_
#define AUDIENCED_RULES_REPORT_GOAL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/engine/timeline/event_selection.h"
#include "rules/language/model.h"

namespace audienced {

// The conversions that are meant by `goal`: the one of that name, or, where it
// is empty, every macro conversion. NOT_FOUND with the nearest name, or with
// those that there are.
absl::StatusOr<std::vector<size_t>> GoalOf(const Rulebook& rulebook,
                                           const std::string& goal);

// The same of several names.
absl::StatusOr<std::vector<size_t>> GoalOf(
    const Rulebook& rulebook, const std::vector<std::string>& goals);

// The number of the ladder of that name; of an empty one the only ladder that
// there is. NOT_FOUND as for a goal.
absl::StatusOr<size_t> LadderOf(const Rulebook& rulebook,
                                const std::string& ladder);

// The numbers of the conversions that are its rungs, in order.
std::vector<size_t> RungsOf(const Rulebook& rulebook, const Ladder& ladder);

// In whose days a report on the ladder, or on the goal, is: those of the rule
// file with the last rung, or with the first conversion of the goal; without a
// goal of the first conversion that there is, else UTC.
std::string TimeZoneOf(const Rulebook& rulebook, const Ladder& ladder);
std::string TimeZoneOf(const Rulebook& rulebook,
                       const std::vector<size_t>& goal);

// Whether `event` is one of any of these conversions.
bool IsAnyOf(const std::vector<size_t>& conversions, EventSelection& selection,
             size_t event);

}  // namespace audienced

#endif  // AUDIENCED_RULES_REPORT_GOAL_H_
