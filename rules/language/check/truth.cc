#include "rules/language/check/truth.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "rules/history/event.h"
#include "rules/language/check/implication.h"
#include "rules/language/meaning/canonical_text.h"
#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/known_properties.h"

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

constexpr int64_t kUnbounded = std::numeric_limits<int64_t>::max();

int64_t MostDaysIn(CalendarWord word) {
  switch (word) {
    case CalendarWord::kToday:
    case CalendarWord::kYesterday:
      return 1;
    case CalendarWord::kThisWeek:
    case CalendarWord::kLastWeek:
      return 7;
    case CalendarWord::kThisMonth:
    case CalendarWord::kLastMonth:
      return 31;
    case CalendarWord::kThisYear:
    case CalendarWord::kLastYear:
      return 366;
  }
  return kUnbounded;
}

// On how many calendar days the events of `window` can lie at the most.
int64_t MostDaysIn(const Window& window, std::string_view time_zone) {
  if (window.kind == Window::Kind::kCalendar) return MostDaysIn(window.word);
  const absl::Duration length = window.kind == Window::Kind::kBetween
                                    ? window.until - window.from
                                    : window.below - window.at_least;
  if (length == absl::InfiniteDuration()) return kUnbounded;
  // The days between the first and the last are whole, and one of them may be
  // short where the clock is put forward: by two hours at Troll.
  const absl::Duration span =
      length + (time_zone == "UTC" ? absl::ZeroDuration() : absl::Hours(2));
  absl::Duration rest;
  const int64_t days = absl::IDivDuration(span, absl::Hours(24), &rest);
  return days + (rest > absl::ZeroDuration() ? 2 : 1);
}

// The most that an aggregate of counts can reach in `did`.
int64_t MostPossible(const Did& did, std::string_view time_zone) {
  const bool one_event = did.which != Did::Which::kAny;
  const Aggregate::Kind kind = did.aggregate.kind;
  if (kind == Aggregate::Kind::kTimes && one_event) return 1;
  if (kind != Aggregate::Kind::kDays) return kUnbounded;
  return one_event ? 1 : MostDaysIn(did.window, time_zone);
}

Truth TruthOfDid(const Did& did, std::string_view time_zone) {
  const Aggregate::Kind kind = did.aggregate.kind;
  const bool counts = kind == Aggregate::Kind::kTimes ||
                      kind == Aggregate::Kind::kDistinct ||
                      kind == Aggregate::Kind::kDays;
  if (!counts) return Truth::kDepends;
  const CountRange wanted = Satisfying(did.aggregate.comparison);
  const int64_t most = MostPossible(did, time_zone);
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

// The numbers that pass, from `low` to `high`.
struct NumberRange {
  Decimal low{std::numeric_limits<int64_t>::min()};
  Decimal high{std::numeric_limits<int64_t>::max()};
  bool has_low = true;
  bool has_high = true;

  bool empty() const {
    return low > high || (low == high && !(has_low && has_high));
  }
  void RaiseTo(Decimal bound, bool included) {
    if (bound < low || (bound == low && included)) return;
    low = bound;
    has_low = included;
  }
  void LowerTo(Decimal bound, bool included) {
    if (bound > high || (bound == high && included)) return;
    high = bound;
    has_high = included;
  }
};

// Leaves of `range` what passes `test`, too.
void Narrow(const PropertyTest& test, NumberRange& range) {
  Decimal least{std::numeric_limits<int64_t>::max()};
  Decimal most{std::numeric_limits<int64_t>::min()};
  for (const Value& value : test.values) {
    if (value.number() == nullptr) return;
    least = std::min(least, *value.number());
    most = std::max(most, *value.number());
  }
  switch (test.kind) {
    case TestKind::kAtLeast:
      return range.RaiseTo(least, true);
    case TestKind::kAbove:
      return range.RaiseTo(least, false);
    case TestKind::kAtMost:
      return range.LowerTo(most, true);
    case TestKind::kBelow:
      return range.LowerTo(most, false);
    case TestKind::kIs:
    case TestKind::kBetween:
      range.RaiseTo(least, true);
      return range.LowerTo(most, true);
    default:
      return;
  }
}

// Tests on one property that no number passes. Of other properties than the
// known numbers a value may be a list, of which each test may take another
// element; and so it is with items.
bool PassesNoNumber(const std::vector<PropertyTest>& tests, bool of_one_item) {
  std::map<std::string, NumberRange> ranges;
  for (const PropertyTest& test : tests) {
    if (!IsNumberProperty(test.property)) continue;
    if (IsItemProperty(test.property) && !of_one_item) continue;
    Narrow(test, ranges[test.property]);
  }
  return std::any_of(ranges.begin(), ranges.end(),
                     [](const auto& range) { return range.second.empty(); });
}

bool Contradicts(const Where& where) {
  return Contradicts(where.tests) || Contradicts(where.item_tests) ||
         PassesNoNumber(where.tests, /*of_one_item=*/false) ||
         PassesNoNumber(where.item_tests, /*of_one_item=*/true);
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

// Whether one of the `did_not` at the end has to last until the last event is
// out of the window.
bool WaitsTooLong(const Sequence& sequence) {
  return std::any_of(sequence.steps.begin(), sequence.steps.end(),
                     [&](const Step& step) {
                       const absl::Duration wait = step.within.value_or(
                           step.for_at_least.value_or(absl::ZeroDuration()));
                       return step.negated && wait >= sequence.window.below;
                     });
}

Truth JudgeSequence(const Sequence& sequence, std::string& reason) {
  const bool nothing = std::any_of(
      sequence.steps.begin(), sequence.steps.end(), [](const Step& step) {
        return !step.negated && SelectsNothing(step.of, step.where);
      });
  const bool waits = WaitsTooLong(sequence);
  reason = waits ? "; when it has waited long enough, the last event is out of "
                   "the window"
                 : "; a step asks for what excludes each other";
  return nothing || waits ? Truth::kNever : Truth::kDepends;
}

Truth JudgeLeaf(const Condition& condition, std::string_view time_zone,
                const Scope& scope) {
  Truth truth = Truth::kDepends;
  std::string reason;
  if (const auto* did = std::get_if<Did>(&condition.node)) {
    truth = TruthOfDid(*did, time_zone);
    reason = truth == Truth::kNever ? "; no count satisfies its aggregate"
                                    : "; every count satisfies its aggregate";
    const bool nothing = SelectsNothing(did->of, did->where);
    if (nothing && truth == Truth::kDepends) {
      truth = HoldsForNothing(did->aggregate) ? Truth::kAlways : Truth::kNever;
      reason = "; its tests exclude each other";
    }
    if (did->negated) truth = Not(truth);
  } else if (const auto* sequence = std::get_if<Sequence>(&condition.node)) {
    truth = JudgeSequence(*sequence, reason);
  } else if (const auto* traits = std::get_if<TraitTests>(&condition.node)) {
    if (Contradicts(traits->tests)) truth = Truth::kNever;
    reason = "; its tests exclude each other";
  } else if (const auto* sample = std::get_if<Sample>(&condition.node)) {
    if (sample->percent == Decimal{}) truth = Truth::kNever;
    if (sample->percent == Decimal::FromInteger(100)) truth = Truth::kAlways;
    reason = "; the share is nobody or everybody";
  }
  AddTruthLint(condition, truth, reason, scope);
  return truth;
}

// Whether two of `parts` never hold together.
bool HoldsExclusives(const std::vector<Condition>& parts,
                     std::string_view time_zone) {
  if (parts.size() > Implication::kComparedParts) return false;
  Implication implication(time_zone);
  for (size_t i = 0; i < parts.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (implication.Excludes(parts[i], parts[j])) return true;
    }
  }
  return false;
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
  if (truth == Truth::kDepends && is_all &&
      HoldsExclusives(combination.parts, time_zone)) {
    truth = Truth::kNever;
    AddTruthLint(condition, truth, "; two of its parts exclude each other",
                 scope);
  }
  return truth;
}

}  // namespace

Truth JudgeTruth(const Condition& condition, std::string_view time_zone,
                 const Scope& scope) {
  if (const auto* combination = std::get_if<Combination>(&condition.node)) {
    return JudgeCombination(condition, *combination, time_zone, scope);
  }
  return JudgeLeaf(condition, time_zone, scope);
}

}  // namespace audienced
