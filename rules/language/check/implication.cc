#include "rules/language/check/implication.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

#include "rules/language/check/condition_walk.h"
#include "rules/language/meaning/canonical_text.h"
#include "rules/language/parser/condition_parts.h"

namespace audienced {
namespace {

bool IsSmall(const Condition& condition) {
  size_t parts = 0;
  ForEachCondition(condition, [&](const Condition&) { ++parts; });
  return parts <= kComparedParts;
}

bool IsSpan(const Window& window) {
  return window.kind == Window::Kind::kInLast ||
         window.kind == Window::Kind::kAgo;
}

bool HasDates(const Window& window) {
  return window.kind == Window::Kind::kSince ||
         window.kind == Window::Kind::kBetween;
}

// Whether each instant in `window` lies in `other` too, at every `t`.
bool LiesIn(const Window& window, const Window& other) {
  if (other.kind == Window::Kind::kEver) return true;
  if (IsSpan(window) && IsSpan(other)) {
    return other.at_least <= window.at_least && window.below <= other.below;
  }
  if (HasDates(window) && HasDates(other)) {
    return other.from <= window.from && window.until <= other.until;
  }
  return window.kind == Window::Kind::kCalendar && window.kind == other.kind &&
         window.word == other.word;
}

// The text of a did of these events in which nothing else is said.
std::string TextOf(Selection of, Where where) {
  Did did;
  did.of = std::move(of);
  did.where = std::move(where);
  return CanonicalText(Condition{std::move(did), {}, {}}, /*time_zone=*/"");
}

// Whether each event of `one` is an event of `other`.
bool SelectsWithin(const Did& one, const Did& other) {
  if (!other.where.empty() &&
      TextOf(other.of, one.where) != TextOf(other.of, other.where)) {
    return false;
  }
  if (TextOf(one.of, {}) == TextOf(other.of, {})) return true;
  const auto& names = one.of.conversions;
  return !names.empty() &&
         std::all_of(names.begin(), names.end(), [&](const auto& named) {
           return std::any_of(
               other.of.conversions.begin(), other.of.conversions.end(),
               [&](const auto& each) { return each.name == named.name; });
         });
}

// Whether one event is enough for `did`, whichever it is.
bool AsksForOneEvent(const Did& did) {
  const Comparison& comparison = did.aggregate.comparison;
  return did.aggregate.kind == Aggregate::Kind::kTimes &&
         comparison.kind == Comparison::Kind::kAtLeast &&
         comparison.bound == Decimal::FromInteger(1) &&
         did.which == Did::Which::kAny && did.same.empty();
}

// Both taken as `did`, whether they are negated or not.
bool EventsImply(const Did& one, const Did& other) {
  return AsksForOneEvent(other) && !HoldsForNothing(one.aggregate) &&
         LiesIn(one.window, other.window) && SelectsWithin(one, other);
}

bool DidImplies(const Did& one, const Did& other) {
  if (one.negated != other.negated) return false;
  return one.negated ? EventsImply(other, one) : EventsImply(one, other);
}

const Combination* CombinationOf(const Condition& condition,
                                 Combination::Kind kind) {
  const auto* combination = std::get_if<Combination>(&condition.node);
  return combination != nullptr && combination->kind == kind ? combination
                                                             : nullptr;
}

// Whether `one` holds only where `other` does not.
bool RulesOut(const Condition& one, const Condition& other,
              std::string_view time_zone) {
  if (const auto* none = CombinationOf(other, Combination::Kind::kNone)) {
    return std::any_of(
        none->parts.begin(), none->parts.end(),
        [&](const Condition& part) { return Implies(one, part, time_zone); });
  }
  const auto* did = std::get_if<Did>(&other.node);
  if (did == nullptr) return false;
  Did opposite = *did;
  opposite.negated = !did->negated;
  return Implies(one, Condition{std::move(opposite), {}, {}}, time_zone);
}

}  // namespace

bool Implies(const Condition& one, const Condition& other,
             std::string_view time_zone) {
  const auto implies_other = [&](const Condition& part) {
    return Implies(part, other, time_zone);
  };
  const auto is_implied = [&](const Condition& part) {
    return Implies(one, part, time_zone);
  };
  if (CanonicalText(one, time_zone) == CanonicalText(other, time_zone)) {
    return true;
  }
  if (!IsSmall(one) || !IsSmall(other)) return false;
  if (const auto* any = CombinationOf(one, Combination::Kind::kAny)) {
    return std::all_of(any->parts.begin(), any->parts.end(), implies_other);
  }
  if (const auto* all = CombinationOf(other, Combination::Kind::kAll)) {
    return std::all_of(all->parts.begin(), all->parts.end(), is_implied);
  }
  if (const auto* all = CombinationOf(one, Combination::Kind::kAll)) {
    if (std::any_of(all->parts.begin(), all->parts.end(), implies_other)) {
      return true;
    }
  }
  if (const auto* any = CombinationOf(other, Combination::Kind::kAny)) {
    return std::any_of(any->parts.begin(), any->parts.end(), is_implied);
  }
  const auto* did = std::get_if<Did>(&one.node);
  const auto* other_did = std::get_if<Did>(&other.node);
  return did != nullptr && other_did != nullptr && DidImplies(*did, *other_did);
}

bool Excludes(const Condition& one, const Condition& other,
              std::string_view time_zone) {
  return RulesOut(one, other, time_zone) || RulesOut(other, one, time_zone);
}

}  // namespace audienced
