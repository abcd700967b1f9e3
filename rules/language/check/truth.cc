#include "rules/language/check/truth.h"

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "rules/language/meaning/canonical_text.h"

namespace audienced {
namespace {

// Whole numbers from zero on: at least `low`, at most `high`.
struct CountRange {
  int64_t low = 0;
  int64_t high = std::numeric_limits<int64_t>::max();
};

// The counts that satisfy `comparison`; the bounds are whole numbers.
CountRange Satisfying(const Comparison& comparison) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const int64_t bound = comparison.bound.millionths / Decimal::kScale;
  const int64_t upper = comparison.upper.millionths / Decimal::kScale;
  switch (comparison.kind) {
    case Comparison::Kind::kExactly:
      return {bound, bound};
    case Comparison::Kind::kAtLeast:
      return {bound, kMost};
    case Comparison::Kind::kAtMost:
      return {0, bound};
    case Comparison::Kind::kAbove:
      return {bound + 1, kMost};
    case Comparison::Kind::kBelow:
      return {0, bound - 1};
    case Comparison::Kind::kBetween:
      return {bound, upper};
  }
  return {};
}

// The most that an aggregate of counts can reach in `did`.
int64_t MostPossible(const Did& did) {
  const bool one_event = did.which != Did::Which::kAny;
  const bool one_day = did.window.kind == Window::Kind::kCalendar &&
                       (did.window.word == CalendarWord::kToday ||
                        did.window.word == CalendarWord::kYesterday);
  const Aggregate::Kind kind = did.aggregate.kind;
  if (kind == Aggregate::Kind::kTimes && one_event) return 1;
  if (kind == Aggregate::Kind::kDays && (one_event || one_day)) return 1;
  return std::numeric_limits<int64_t>::max();
}

Truth TruthOfDid(const Did& did) {
  const Aggregate::Kind kind = did.aggregate.kind;
  const bool counts = kind == Aggregate::Kind::kTimes ||
                      kind == Aggregate::Kind::kDistinct ||
                      kind == Aggregate::Kind::kDays;
  if (!counts) return Truth::kDepends;
  const CountRange wanted = Satisfying(did.aggregate.comparison);
  const int64_t most = MostPossible(did);
  if (wanted.low > wanted.high || wanted.low > most) return Truth::kNever;
  if (wanted.low == 0 && wanted.high >= most) return Truth::kAlways;
  return Truth::kDepends;
}

// `exists: false` beside a test that needs the property.
bool Contradicts(const std::vector<PropertyTest>& tests) {
  std::set<std::string> missing;
  std::set<std::string> needed;
  for (const PropertyTest& test : tests) {
    if (test.kind == TestKind::kExists) {
      (test.expected ? needed : missing).insert(test.property);
    } else if (test.kind != TestKind::kIsNot) {
      needed.insert(test.property);
    }
  }
  return std::any_of(
      missing.begin(), missing.end(),
      [&](const std::string& name) { return needed.contains(name); });
}

bool Contradicts(const Where& where) {
  return Contradicts(where.tests) || Contradicts(where.item_tests);
}

bool SelectsNothing(const Selection& selection, const Where& where) {
  const bool inside = selection.inline_selector &&
                      Contradicts(selection.inline_selector->where);
  return inside || Contradicts(where);
}

void AddTruthLint(const Condition& condition, Truth truth,
                  const std::string& reason, const Scope& scope) {
  if (truth == Truth::kDepends) return;
  const bool never = truth == Truth::kNever;
  scope.At(condition.path)
      .Fault(never ? "never-matches" : "always-true", condition.place,
             Concat("this condition ",
                    never ? "can never hold" : "always holds", reason));
}

Truth JudgeLeaf(const Condition& condition, const Scope& scope) {
  Truth truth = Truth::kDepends;
  std::string reason;
  if (const auto* did = std::get_if<Did>(&condition.node)) {
    truth = TruthOfDid(*did);
    reason = truth == Truth::kNever ? "; no count satisfies its aggregate"
                                    : "; every count satisfies its aggregate";
    const bool nothing = SelectsNothing(did->of, did->where);
    if (nothing && truth == Truth::kDepends) {
      truth = Truth::kNever;
      reason = "; it asks for a property and for its absence";
    }
    if (did->negated) truth = Not(truth);
  } else if (const auto* sequence = std::get_if<Sequence>(&condition.node)) {
    const bool nothing = std::any_of(
        sequence->steps.begin(), sequence->steps.end(), [](const Step& step) {
          return !step.negated && SelectsNothing(step.of, step.where);
        });
    if (nothing) truth = Truth::kNever;
    reason = "; a step asks for a property and for its absence";
  } else if (const auto* traits = std::get_if<TraitTests>(&condition.node)) {
    if (Contradicts(traits->tests)) truth = Truth::kNever;
    reason = "; it asks for a trait and for its absence";
  } else if (const auto* sample = std::get_if<Sample>(&condition.node)) {
    if (sample->percent == Decimal{}) truth = Truth::kNever;
    if (sample->percent == Decimal::FromInteger(100)) truth = Truth::kAlways;
    reason = "; the share is nobody or everybody";
  }
  AddTruthLint(condition, truth, reason, scope);
  return truth;
}

// Whether two of `parts` are complements of each other.
bool HoldsComplements(const std::vector<Condition>& parts,
                      std::string_view time_zone) {
  std::set<std::string> texts;
  for (const Condition& part : parts) {
    const std::string text = CanonicalText(part, time_zone);
    if (texts.contains(ComplementText(text))) return true;
    texts.insert(text);
  }
  return false;
}

Truth JudgeCombination(const Condition& condition,
                       const Combination& combination,
                       std::string_view time_zone, const Scope& scope) {
  bool some_never = false;
  bool some_always = false;
  bool all_never = true;
  bool all_always = true;
  for (const Condition& part : combination.parts) {
    const Truth truth = JudgeTruth(part, time_zone, scope);
    some_never = some_never || truth == Truth::kNever;
    some_always = some_always || truth == Truth::kAlways;
    all_never = all_never && truth == Truth::kNever;
    all_always = all_always && truth == Truth::kAlways;
  }
  const bool is_all = combination.kind == Combination::Kind::kAll;
  const bool is_none = combination.kind == Combination::Kind::kNone;
  Truth truth = Truth::kDepends;
  if (is_all) {
    if (some_never) truth = Truth::kNever;
    if (all_always) truth = Truth::kAlways;
  } else {
    if (some_always) truth = Truth::kAlways;
    if (all_never) truth = Truth::kNever;
    if (is_none) truth = Not(truth);
  }
  if (truth == Truth::kDepends &&
      HoldsComplements(combination.parts, time_zone)) {
    truth = is_all || is_none ? Truth::kNever : Truth::kAlways;
    AddTruthLint(condition, truth, "; two of its parts are opposites", scope);
  }
  return truth;
}

}  // namespace

Truth JudgeTruth(const Condition& condition, std::string_view time_zone,
                 const Scope& scope) {
  if (const auto* combination = std::get_if<Combination>(&condition.node)) {
    return JudgeCombination(condition, *combination, time_zone, scope);
  }
  return JudgeLeaf(condition, scope);
}

}  // namespace audienced
