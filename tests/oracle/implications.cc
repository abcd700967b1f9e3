#include "tests/oracle/implications.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rules/language/check/condition_walk.h"
#include "rules/language/check/implication.h"
#include "rules/language/check/truth.h"

namespace audienced::oracle {
namespace {

struct Asked {
  const Condition* condition;
  const Audience* audience;
  Timeline timeline;  // filled where it is needed
};

std::vector<Asked> ConditionsOf(const Rulebook& rulebook) {
  std::vector<Asked> all;
  for (const Audience& audience : rulebook.audiences) {
    ForEachCondition(audience, [&](const Condition& condition) {
      all.push_back({&condition, &audience, {}});
    });
  }
  return all;
}

const Timeline& TimelineOf(Asked& asked, Oracle& oracle) {
  if (asked.timeline.empty()) {
    asked.timeline =
        oracle.TimelineOf(*asked.condition, asked.audience->time_zone);
  }
  return asked.timeline;
}

std::string Name(const Asked& asked) {
  return absl::StrCat(asked.audience->name, "/", asked.condition->path);
}

// When one of the two flips.
std::set<Instant> InstantsOf(const Timeline& one, const Timeline& other) {
  std::set<Instant> instants;
  for (const Timeline* timeline : {&one, &other}) {
    for (const auto& [t, holds] : *timeline) instants.insert(t);
  }
  return instants;
}

std::optional<std::string> WrongTruth(Asked& asked, Oracle& oracle) {
  Diagnostics lints;
  const Truth truth =
      JudgeTruth(*asked.condition, asked.audience->time_zone, Scope(lints));
  if (truth == Truth::kDepends) return std::nullopt;
  for (const auto& [t, holds] : TimelineOf(asked, oracle)) {
    if (holds == (truth == Truth::kAlways)) continue;
    if (!holds && t < oracle.known_from()) continue;
    return absl::StrCat(Name(asked), holds ? " holds" : " does not hold",
                        " at ", InstantText(t), "; the checker says it ",
                        holds ? "never does" : "always does");
  }
  return std::nullopt;
}

std::optional<std::string> WrongPair(Asked& one, Asked& other, Oracle& oracle) {
  const std::string& zone = one.audience->time_zone;
  const bool implies = Implies(*one.condition, *other.condition, zone);
  const bool excludes = Excludes(*one.condition, *other.condition, zone);
  if (!implies && !excludes) return std::nullopt;
  const Timeline& left = TimelineOf(one, oracle);
  const Timeline& right = TimelineOf(other, oracle);
  for (const Instant t : InstantsOf(left, right)) {
    if (!At(left, t)) continue;
    const bool holds = At(right, t);
    if ((holds || !implies) && (!holds || !excludes)) continue;
    return absl::StrCat(Name(one), " holds at ", InstantText(t), ", ",
                        Name(other), holds ? " too" : " not",
                        "; the checker says that it ",
                        holds ? "excludes" : "implies", " it");
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> WrongImplication(const Rulebook& rulebook,
                                            Oracle& oracle) {
  std::vector<Asked> all = ConditionsOf(rulebook);
  for (Asked& one : all) {
    if (auto text = WrongTruth(one, oracle)) return text;
    for (Asked& other : all) {
      if (&one == &other) continue;
      if (one.audience->time_zone != other.audience->time_zone) continue;
      if (auto text = WrongPair(one, other, oracle)) return text;
    }
  }
  return std::nullopt;
}

}  // namespace audienced::oracle
