#include "rules/language/check/lints.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "rules/language/check/condition_walk.h"
#include "rules/language/check/implication.h"
#include "rules/language/check/truth.h"
#include "rules/language/meaning/canonical_text.h"
#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/scope.h"

namespace audienced {
namespace {

// Answers with the truth of `who`.
Truth AddTruthLints(const Audience& audience, const Scope& scope) {
  const Truth who = JudgeTruth(audience.who, audience.time_zone, scope);
  if (!audience.except) return who;
  const Truth except = JudgeTruth(*audience.except, audience.time_zone, scope);
  const bool excepts_itself =
      !audience.stay &&
      Implication(audience.time_zone).Implies(audience.who, *audience.except);
  if (except == Truth::kAlways || excepts_itself) {
    scope.Fault("never-matches", audience.place,
                "the audience never has a member; 'except' holds wherever "
                "'who' does");
  }
  return who;
}

// Whether `condition` can hold only for profiles of which something is known:
// something that they did, that they are, or how long they are known.
bool AsksForSomething(const Condition& condition) {
  const auto& node = condition.node;
  if (const auto* did = std::get_if<Did>(&node)) {
    return did->negated == HoldsForNothing(did->aggregate);
  }
  if (const auto* in = std::get_if<InAudience>(&node)) return !in->negated;
  if (const auto* traits = std::get_if<TraitTests>(&node)) {
    return std::any_of(traits->tests.begin(), traits->tests.end(),
                       [](const PropertyTest& test) {
                         return test.kind != TestKind::kIsNot && test.expected;
                       });
  }
  if (const auto* combination = std::get_if<Combination>(&node)) {
    const auto& parts = combination->parts;
    switch (combination->kind) {
      case Combination::Kind::kAll:
        return std::any_of(parts.begin(), parts.end(), AsksForSomething);
      case Combination::Kind::kAny:
        return std::all_of(parts.begin(), parts.end(), AsksForSomething);
      case Combination::Kind::kNone:
        return false;
    }
  }
  return !std::holds_alternative<Sample>(node);
}

// The conditions that turn false because something happened: did_not, none,
// not_in_audience, and a sequence that waits at its end.
bool IsAbsence(const Condition& condition) {
  const auto& node = condition.node;
  if (const auto* did = std::get_if<Did>(&node)) return did->negated;
  if (const auto* in = std::get_if<InAudience>(&node)) return in->negated;
  if (const auto* combination = std::get_if<Combination>(&node)) {
    return combination->kind == Combination::Kind::kNone;
  }
  if (const auto* sequence = std::get_if<Sequence>(&node)) {
    // With `within` it stays true once it was; nothing is outlived.
    const Step& last = sequence->steps.back();
    return last.negated && !last.within;
  }
  return false;
}

void AddNegationLint(const Audience& audience, const Scope& scope) {
  if (AsksForSomething(audience.who)) return;
  bool negates = false;
  ForEachCondition(audience.who, [&](const Condition& condition) {
    const auto* traits = std::get_if<TraitTests>(&condition.node);
    negates = negates || IsAbsence(condition) || traits != nullptr;
  });
  if (!negates) return;
  scope.At(audience.who.path)
      .Fault("negation-only", audience.who.place,
             "this only says what profiles did not do; every profile is in "
             "from its first event on",
             "add what they did, or 'known_for: 30d', with 'all'");
}

void AddAbsenceLint(const Audience& audience, const Scope& scope) {
  if (!audience.stay) return;
  const Condition* absence = nullptr;
  ForEachCondition(audience.who, [&](const Condition& condition) {
    if (absence == nullptr && IsAbsence(condition)) absence = &condition;
  });
  if (absence == nullptr) return;
  scope.At(absence->path)
      .Fault("stay-outlives-absence", absence->place,
             "'stay' outlives this absence: who does it after all remains a "
             "member until 'stay' is over",
             "say it in 'except', which wins over 'stay'");
}

// Tags by which people say that an audience goes to ad tools.
constexpr std::array<std::string_view, 4> kAdTags = {"ad", "ads", "advertising",
                                                     "retargeting"};

void AddConsentLint(const Audience& audience, const Rulebook& rulebook,
                    const Scope& scope) {
  if (!audience.consent.empty()) return;
  const auto tag =
      std::find_first_of(audience.tags.begin(), audience.tags.end(),
                         kAdTags.begin(), kAdTags.end());
  if (tag == audience.tags.end()) return;
  scope.Fault(
      "ad-audience-without-consent", audience.place,
      Concat("the audience has the tag ", Quoted(*tag),
             " and asks for no consent"),
      Concat("add what a member must have granted: consent: [",
             rulebook.consents.empty() ? std::string("ad_personalization")
                                       : rulebook.consents.front().name,
             "]"));
}

void AddSameAudienceLints(const Rulebook& rulebook, const Scope& scope) {
  std::map<std::string, const Audience*> first_of;
  for (const Audience& audience : rulebook.audiences) {
    const auto [first, is_new] =
        first_of.try_emplace(CanonicalText(audience), &audience);
    if (is_new) continue;
    scope.Of("audience", audience.name)
        .Fault(
            "same-audience", audience.place,
            Concat("the audience is the same as ", Quoted(first->second->name)),
            "keep one of them, or use 'in_audience'");
  }
}

void AddUnusedLints(const Rulebook& rulebook, const Scope& scope) {
  std::set<std::string> used;
  for (const Ladder& ladder : rulebook.ladders) {
    for (const NamedConversion& rung : ladder.rungs) used.insert(rung.name);
  }
  for (const Score& score : rulebook.scores) {
    for (const Score::Points& points : score.points) {
      used.insert(points.conversion.name);
    }
  }
  for (const Audience& audience : rulebook.audiences) {
    ForEachCondition(audience, [&](const Condition& condition) {
      ForEachSelection(condition,
                       [&](const Selection& selection, const std::string&) {
                         for (const auto& named : selection.conversions) {
                           used.insert(named.name);
                         }
                       });
    });
  }
  // What others are worth shows by the share that reaches a macro conversion.
  const bool has_worth =
      std::any_of(rulebook.conversions.begin(), rulebook.conversions.end(),
                  [](const Conversion& one) { return one.worth.has_value(); });
  for (const Conversion& conversion : rulebook.conversions) {
    if (used.contains(conversion.name)) continue;
    if (conversion.worth) continue;  // a report tells what it is worth
    const bool is_macro = conversion.kind == ConversionKind::kMacro;
    if (is_macro && has_worth) continue;
    scope.Of("conversion", conversion.name)
        .Fault("unused-conversion", conversion.place,
               Concat("conversion ", Quoted(conversion.name),
                      " is used by no audience, ladder or score"),
               is_macro ? "remove it, or use it"
                        : "remove it, or use it; one that is there for reports "
                          "says its 'worth'");
  }
}

}  // namespace

void AddLints(const Rulebook& rulebook, Diagnostics& diagnostics) {
  const Scope scope(diagnostics);
  for (const Audience& audience : rulebook.audiences) {
    const Scope in_audience = scope.Of("audience", audience.name);
    const Truth who = AddTruthLints(audience, in_audience);
    if (who == Truth::kDepends) AddNegationLint(audience, in_audience);
    AddAbsenceLint(audience, in_audience);
    AddConsentLint(audience, rulebook, in_audience);
  }
  AddSameAudienceLints(rulebook, scope);
  AddUnusedLints(rulebook, scope);
}

}  // namespace audienced
