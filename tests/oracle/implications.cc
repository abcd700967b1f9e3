#include "tests/oracle/implications.h"

#include <map>
#include <set>
#include <utility>
#include <variant>
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

// Conditions near `did`, each of which some did implies, or excludes.
std::vector<Condition> Variants(const Condition& condition) {
  const auto* did = std::get_if<Did>(&condition.node);
  if (did == nullptr) return {};
  std::vector<Did> dids(5, *did);
  dids[0].negated = !did->negated;
  dids[1].aggregate = {};
  dids[1].same.clear();
  dids[1].in_one_session = false;
  dids[1].which = Did::Which::kAny;
  dids[2] = dids[1];
  dids[2].negated = !did->negated;
  dids[3] = dids[1];
  dids[3].window.at_least /= 2;
  dids[3].window.below *= 2;
  dids[4] = dids[2];
  dids[4].where = {};
  dids[4].window = {};
  std::vector<Condition> variants;
  for (Did& each : dids) {
    variants.push_back({std::move(each), condition.place, condition.path});
  }
  return variants;
}

std::optional<std::string> WrongPair(Asked& one, Asked& other,
                                     Implication& implication, Oracle& oracle) {
  const bool implies = implication.Implies(*one.condition, *other.condition);
  const bool excludes = implication.Excludes(*one.condition, *other.condition);
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

// Against the others, and against what is nearly the same.
std::optional<std::string> WrongOf(Asked& one, std::vector<Asked>& all,
                                   Implication& implication, Oracle& oracle) {
  for (Asked& other : all) {
    if (&one == &other) continue;
    if (one.audience->time_zone != other.audience->time_zone) continue;
    if (auto text = WrongPair(one, other, implication, oracle)) return text;
  }
  const std::vector<Condition> variants = Variants(*one.condition);
  Implication near(one.audience->time_zone);
  for (const Condition& variant : variants) {
    Asked other{&variant, one.audience, {}};
    if (auto text = WrongPair(one, other, near, oracle)) return text;
    if (auto text = WrongPair(other, one, near, oracle)) return text;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> WrongImplication(const Rulebook& rulebook,
                                            Oracle& oracle) {
  std::vector<Asked> all = ConditionsOf(rulebook);
  std::map<std::string, Implication> implications;  // by time zone
  for (Asked& one : all) {
    if (auto text = WrongTruth(one, oracle)) return text;
    const std::string& zone = one.audience->time_zone;
    Implication& implication =
        implications.try_emplace(zone, zone).first->second;
    if (auto text = WrongOf(one, all, implication, oracle)) return text;
  }
  return std::nullopt;
}

}  // namespace audienced::oracle
