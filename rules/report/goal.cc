#include "rules/report/goal.h"

#include <algorithm>
#include <string_view>

#include "absl/status/status.h"
#include "rules/source/message.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

// `'a', 'b'`, no more than ten of them.
std::string Listed(const std::vector<std::string_view>& names) {
  constexpr size_t kLimit = 10;
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), kLimit); ++i) {
    text += Concat(i == 0 ? "" : ", ", Quoted(names[i]));
  }
  return names.size() > kLimit ? text + ", ..." : text;
}

// That there is no `what` of that name; an empty one names none.
template <typename Named>
absl::Status NotFound(std::string_view what, const std::string& name,
                      const std::vector<Named>& all) {
  std::vector<std::string_view> names;
  for (const Named& one : all) names.push_back(one.name);
  const std::string_view nearest = NearestName(name, names);
  std::string message = name.empty()
                            ? Concat("name a ", what)
                            : Concat("no ", what, " is named ", Quoted(name));
  if (!nearest.empty()) {
    message += Concat("; did you mean ", Quoted(nearest), "?");
  } else if (names.empty()) {
    message += "; the rules have none";
  } else {
    message += Concat("; the rules have ", Listed(names));
  }
  return absl::NotFoundError(message);
}

}  // namespace

absl::StatusOr<std::vector<size_t>> GoalOf(const Rulebook& rulebook,
                                           const std::string& goal) {
  std::vector<size_t> found;
  for (size_t i = 0; i < rulebook.conversions.size(); ++i) {
    const Conversion& conversion = rulebook.conversions[i];
    if (goal.empty() ? conversion.kind == ConversionKind::kMacro
                     : conversion.name == goal) {
      found.push_back(i);
    }
  }
  if (!found.empty() || goal.empty()) return found;
  return NotFound("conversion", goal, rulebook.conversions);
}

absl::StatusOr<std::vector<size_t>> GoalOf(
    const Rulebook& rulebook, const std::vector<std::string>& goals) {
  if (goals.empty()) return GoalOf(rulebook, std::string());
  std::vector<size_t> found;
  for (const std::string& goal : goals) {
    if (goal.empty()) return NotFound("conversion", goal, rulebook.conversions);
    const absl::StatusOr<std::vector<size_t>> one = GoalOf(rulebook, goal);
    if (!one.ok()) return one.status();
    if (std::find(found.begin(), found.end(), one->front()) == found.end()) {
      found.push_back(one->front());
    }
  }
  return found;
}

absl::StatusOr<size_t> LadderOf(const Rulebook& rulebook,
                                const std::string& ladder) {
  if (ladder.empty() && rulebook.ladders.size() == 1) return size_t{0};
  const Ladder* found = rulebook.FindLadder(ladder);
  if (found == nullptr) return NotFound("ladder", ladder, rulebook.ladders);
  return static_cast<size_t>(found - rulebook.ladders.data());
}

std::vector<size_t> RungsOf(const Rulebook& rulebook, const Ladder& ladder) {
  std::vector<size_t> rungs;
  for (const NamedConversion& rung : ladder.rungs) {
    rungs.push_back(static_cast<size_t>(rulebook.FindConversion(rung.name) -
                                        rulebook.conversions.data()));
  }
  return rungs;
}

std::string TimeZoneOf(const Rulebook& rulebook, const Ladder& ladder) {
  return rulebook.FindConversion(ladder.rungs.back().name)->time_zone;
}

std::string TimeZoneOf(const Rulebook& rulebook,
                       const std::vector<size_t>& goal) {
  if (rulebook.conversions.empty()) return "UTC";
  return rulebook.conversions[goal.empty() ? 0 : goal.front()].time_zone;
}

bool IsAnyOf(const std::vector<size_t>& conversions, EventSelection& selection,
             size_t event) {
  return std::any_of(conversions.begin(), conversions.end(),
                     [&](size_t conversion) {
                       return selection.Selects(
                           selection.program().conversions[conversion], event);
                     });
}

}  // namespace audienced
