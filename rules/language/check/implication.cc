#include "rules/language/check/implication.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "rules/history/event.h"
#include "rules/language/check/condition_walk.h"
#include "rules/language/meaning/canonical_text.h"
#include "rules/language/parser/condition_parts.h"

namespace audienced {
namespace {

bool IsSmall(const Condition& condition) {
  size_t parts = 0;
  ForEachCondition(condition, [&](const Condition&) { ++parts; });
  return parts <= Implication::kComparedParts;
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
std::string TextOfDid(Selection of, Where where) {
  Did did;
  did.of = std::move(of);
  did.where = std::move(where);
  return CanonicalText(Condition{std::move(did), {}, {}}, /*time_zone=*/"");
}

// Whether each event of `one` is an event of `other`.
bool SelectsWithin(const Did& one, const Did& other) {
  if (!other.where.empty() &&
      TextOfDid(other.of, one.where) != TextOfDid(other.of, other.where)) {
    return false;
  }
  if (TextOfDid(one.of, {}) == TextOfDid(other.of, {})) return true;
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

// Both taken as `did`, whether they are negated or not. Where the items of an
// event are looked at one value after the other, a test that no item may pass
// can hold though it does not hold of the event.
bool EventsImply(const Did& one, const Did& other) {
  return AsksForOneEvent(other) && !HoldsForNothing(one.aggregate) &&
         !IsItemProperty(one.same) && LiesIn(one.window, other.window) &&
         SelectsWithin(one, other);
}

// A combination as `all` or `any` of its parts: that no part holds is that not
// any does.
struct Parts {
  const std::vector<Condition>* parts = nullptr;  // null: it is none
  bool are_all = false;
  bool does = true;  // hold
};

Parts PartsOf(const Condition& condition, bool does) {
  const auto* combination = std::get_if<Combination>(&condition.node);
  if (combination == nullptr) return {};
  const bool is_none = combination->kind == Combination::Kind::kNone;
  does = does != is_none;
  // Not all is any not, and not any is all not.
  const bool is_all = combination->kind == Combination::Kind::kAll;
  return {&combination->parts, is_all == does, does};
}

}  // namespace

bool Implication::Implies(const Condition& one, const Condition& other) {
  if (TextOf(one) == TextOf(other)) return true;
  return IsSmall(one) && IsSmall(other) && Decides(one, other, true);
}

bool Implication::Excludes(const Condition& one, const Condition& other) {
  if (!IsSmall(one) || !IsSmall(other)) return false;
  return Decides(one, other, false) || Decides(other, one, false);
}

bool Implication::Decides(const Condition& one, const Condition& other,
                          bool does) {
  const auto key = std::tuple(&one, &other, does);
  if (const auto found = known_.find(key); found != known_.end()) {
    return found->second;
  }
  const bool decides = Compare(one, other, does);
  known_.emplace(key, decides);
  return decides;
}

bool Implication::Compare(const Condition& one, const Condition& other,
                          bool does) {
  if (does && TextOf(one) == TextOf(other)) return true;
  if (ComparePartsOfOne(one, other, does)) return true;
  if (ComparePartsOfOther(one, other, does)) return true;
  const auto* did = std::get_if<Did>(&one.node);
  const auto* other_did = std::get_if<Did>(&other.node);
  if (did == nullptr || other_did == nullptr) return false;
  const bool other_is_negated = other_did->negated == does;
  if (did->negated != other_is_negated) return false;
  return did->negated ? EventsImply(*other_did, *did)
                      : EventsImply(*did, *other_did);
}

// All of a part, or each of several.
bool Implication::ComparePartsOfOne(const Condition& one,
                                    const Condition& other, bool does) {
  const Parts parts = PartsOf(one, true);
  // What parts do not do is of no use here.
  if (parts.parts == nullptr || !parts.does) return false;
  const auto decides = [&](const Condition& part) {
    return Decides(part, other, does);
  };
  return parts.are_all
             ? std::any_of(parts.parts->begin(), parts.parts->end(), decides)
             : std::all_of(parts.parts->begin(), parts.parts->end(), decides);
}

bool Implication::ComparePartsOfOther(const Condition& one,
                                      const Condition& other, bool does) {
  const Parts parts = PartsOf(other, does);
  if (parts.parts == nullptr) return false;
  const auto decides = [&](const Condition& part) {
    return Decides(one, part, parts.does);
  };
  return parts.are_all
             ? std::all_of(parts.parts->begin(), parts.parts->end(), decides)
             : std::any_of(parts.parts->begin(), parts.parts->end(), decides);
}

const std::string& Implication::TextOf(const Condition& condition) {
  const auto [place, is_new] = texts_.try_emplace(&condition);
  if (is_new) place->second = CanonicalText(condition, time_zone_);
  return place->second;
}

}  // namespace audienced
