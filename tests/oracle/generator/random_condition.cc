#include "tests/oracle/generator/random_condition.h"

#include "absl/strings/str_cat.h"
#include "rules/language/duration_text.h"

namespace audienced::oracle {

std::string ConditionMaker::Span() {
  return DurationText(dice_.Pick({1, 1, 1, 2, 2, 3, 4}) * scale_.unit);
}

std::string ConditionMaker::InstantText() {
  return TimestampText(scale_.start + dice_.Below(8) * scale_.unit);
}

Tree ConditionMaker::Condition(int depth) {
  enum Kind { kRepeated, kDid, kSequence, kCombination, kOther };
  switch (dice_.Weighted<Kind>({{made_.empty() ? 0 : 6, kRepeated},
                                {30, kDid},
                                {30, kSequence},
                                {depth > 0 ? 22 : 0, kCombination},
                                {18, kOther}})) {
    case kRepeated:
      return made_[dice_.Below(static_cast<int>(made_.size()))];
    case kDid:
      made_.push_back(Did());
      return made_.back();
    case kSequence:
      made_.push_back(Sequence());
      return made_.back();
    case kCombination:
      return Combination(depth);
    case kOther:
      break;
  }
  return Other();
}

Tree ConditionMaker::Combination(int depth) {
  Tree parts = Tree::List({});
  for (int i = dice_.Weighted<int>({{15, 1}, {60, 2}, {25, 3}}); i > 0; --i) {
    parts.Add(Condition(depth - 1));
  }
  return Tree::Map(
      {{dice_.Weighted<const char*>({{45, "all"}, {30, "any"}, {25, "none"}}),
        std::move(parts)}});
}

Tree ConditionMaker::Selection() {
  const auto name = [&] {
    return dice_.Weighted<const char*>({{25, "viewed"},
                                        {30, "carted"},
                                        {25, "bought"},
                                        {6, "uncarted"},
                                        {5, "signed_up"},
                                        {5, "touched"},
                                        {4, "anything"}});
  };
  if (dice_.Chance(80)) return name();
  if (dice_.Chance(60)) {
    const char* first = name();
    const char* second = name();
    if (first == second) return first;
    return Tree::List({first, second});
  }
  Tree selector = Tree::Map({{"event", dice_.Word({"view_item", "add_to_cart",
                                                   "purchase", "\"*\""})}});
  if (dice_.Chance(50)) selector.Set("where", Where());
  return selector;
}

void ConditionMaker::SetWindow(Tree& condition) {
  enum Kind { kInLast, kAgo, kSince, kBetween, kCalendar };
  switch (dice_.Weighted<Kind>({{55, kInLast},
                                {15, kAgo},
                                {8, kSince},
                                {8, kBetween},
                                {14, kCalendar}})) {
    case kInLast:
      return condition.Set("in_last", Span());
    case kAgo: {
      const int from = 1 + dice_.Below(3);
      Tree ago = Tree::Map({{"at_least", DurationText(from * scale_.unit)}});
      if (dice_.Chance(70)) {
        const int below = from + 1 + dice_.Below(3);
        ago.Set("below", DurationText(below * scale_.unit));
      }
      return condition.Set("ago", std::move(ago));
    }
    case kSince:
      return condition.Set("since", InstantText());
    case kBetween: {
      const int from = dice_.Below(6);
      const absl::Time until =
          scale_.start + (from + 1 + dice_.Below(3)) * scale_.unit;
      return condition.Set(
          "between",
          Tree::List({TimestampText(scale_.start + from * scale_.unit),
                      TimestampText(until)}));
    }
    case kCalendar:
      return condition.Set(
          "in",
          dice_.Word({"today", "today", "yesterday", "this_week", "last_week",
                      "this_month", "last_month", "this_year", "last_year"}));
  }
}

// `of_nothing`: it may be one that zero events satisfy.
Tree ConditionMaker::Comparison(std::initializer_list<const char*> bounds,
                                bool of_nothing) {
  const char* kind =
      dice_.Weighted<const char*>({{50, "at_least"},
                                   {15, "exactly"},
                                   {15, "above"},
                                   {of_nothing ? 15 : 0, "below"},
                                   {of_nothing ? 15 : 0, "at_most"}});
  return Tree::Map({{kind, dice_.Pick(bounds)}});
}

void ConditionMaker::SetAggregate(Tree& did, bool of_nothing) {
  enum Kind { kTimes, kAmount, kDistinct, kDays };
  switch (dice_.Weighted<Kind>(
      {{50, kTimes}, {25, kAmount}, {15, kDistinct}, {10, kDays}})) {
    case kTimes:
      if (dice_.Chance(50)) return did.Set("times", dice_.Word({"2", "3"}));
      if (dice_.Chance(20)) {
        return did.Set("times", Tree::Map({{"between", "[1, 2]"}}));
      }
      return did.Set("times", Comparison({"1", "2", "3"}, of_nothing));
    case kAmount: {
      const char* kind =
          dice_.Word({"sum", "sum", "average", "minimum", "maximum"});
      // No comparison holds of the average of nothing.
      Tree amount =
          Comparison({"2", "20", "30", "60"}, of_nothing || *kind != 's');
      amount.Set("of", dice_.Word({"value", "value", "price", "quantity",
                                   "item_value"}));
      return did.Set(kind, std::move(amount));
    }
    case kDistinct: {
      Tree distinct = Comparison({"1", "2", "2", "3"}, of_nothing);
      distinct.Set("of", dice_.Word({"item_id", "campaign", "size"}));
      return did.Set("distinct", std::move(distinct));
    }
    case kDays:
      return did.Set("days", Comparison({"1", "2", "2", "3"}, of_nothing));
  }
}

Tree ConditionMaker::Did() {
  Tree did =
      Tree::Map({{dice_.Weighted<const char*>({{70, "did"}, {30, "did_not"}}),
                  Selection()}});
  if (dice_.Chance(12)) did.Set("where", Where());
  if (dice_.Chance(60)) SetWindow(did);
  enum Grouping { kNone, kWhich, kSame, kSession };
  const auto grouping = dice_.Weighted<Grouping>(
      {{65, kNone}, {12, kWhich}, {15, kSame}, {8, kSession}});
  if (grouping == kWhich) {
    did.Set("which", dice_.Word({"first", "last", "any"}));
  }
  if (grouping == kSame) {
    did.Set("same", dice_.Word({"item_id", "item_id", "campaign", "size"}));
  }
  if (grouping == kSession) did.Set("in_one", "session");
  if (dice_.Chance(grouping == kWhich ? 10 : grouping == kNone ? 35 : 80)) {
    SetAggregate(did, grouping == kNone || grouping == kWhich);
  }
  return did;
}

Tree ConditionMaker::Step(bool negated) {
  Tree step = Tree::Map({{negated ? "did_not" : "did", Selection()}});
  if (dice_.Chance(8)) step.Set("where", Where());
  return step;
}

Tree ConditionMaker::Sequence() {
  Tree steps = Tree::List({Step(false)});
  const int dids = dice_.Weighted<int>({{50, 1}, {38, 2}, {12, 3}});
  for (int i = 1; i < dids; ++i) {
    if (dice_.Chance(25)) steps.Add(Step(true));
    Tree step = Step(false);
    if (dice_.Chance(35)) step.Set("within", Span());
    steps.Add(std::move(step));
  }
  const int at_end = dids == 1 && dice_.Chance(80)
                         ? 1
                         : dice_.Weighted<int>({{45, 0}, {45, 1}, {10, 2}});
  for (int i = 0; i < at_end; ++i) {
    Tree step = Step(true);
    const auto wait =
        dice_.Weighted<const char*>({{55, "for"}, {25, "within"}, {20, ""}});
    if (*wait != '\0') step.Set(wait, Span());
    steps.Add(std::move(step));
  }
  Tree sequence = Tree::Map({{"sequence", std::move(steps)}});
  if (dids > 1 && dice_.Chance(25)) sequence.Set("all_within", Span());
  if (dice_.Chance(50)) {
    sequence.Set("same", dice_.Weighted<const char*>(
                             {{80, "item_id"}, {15, "campaign"}, {5, "size"}}));
  }
  if (dice_.Chance(45)) SetWindow(sequence);
  if (dice_.Chance(25))
    sequence.Set("anchor", dice_.Word({"any", "any", "last"}));
  return sequence;
}

Tree ConditionMaker::Other() {
  enum Kind { kAudience, kTrait, kConsented, kKnown, kRung, kScore };
  switch (dice_.Weighted<Kind>({{others_.empty() ? 0 : 40, kAudience},
                                {12, kTrait},
                                {10, kConsented},
                                {16, kKnown},
                                {12, kRung},
                                {10, kScore}})) {
    case kAudience:
      return Tree::Map(
          {{dice_.Weighted<const char*>(
                {{65, "in_audience"}, {35, "not_in_audience"}}),
            others_[dice_.Below(static_cast<int>(others_.size()))]}});
    case kTrait:
      return Tree::Map(
          {{"trait",
            dice_.Word(
                {"{ plan: pro }", "{ plan: { is_not: pro } }",
                 "{ plan: { exists: true } }", "{ age: { at_least: 30 } }",
                 "{ age: { exists: false }, plan: [pro, free] }",
                 "{ home.city: Rome }", "{ home.city: { is_not: Oslo } }"})}});
    case kConsented:
      return Tree::Map({{"consented", dice_.Word({"email", "ads"})}});
    case kKnown:
      return Tree::Map({{"known_for", Span()}});
    case kRung: {
      Tree on_rung =
          Tree::Map({{"ladder", "shop"},
                     {"rung", dice_.Word({"viewed", "carted", "bought"})}});
      if (dice_.Chance(50)) SetWindow(on_rung);
      return Tree::Map({{"on_rung", std::move(on_rung)}});
    }
    case kScore:
      break;
  }
  // A score that decays is never at a bound for long.
  const char* kind =
      dice_.Word({"at_least", "at_least", "above", "below", "at_most"});
  Tree score = Tree::Map({{kind, dice_.Word({"2", "3", "5", "8"})}});
  score.Set("of", dice_.Word({"heat", "units"}));
  return Tree::Map({{"score", std::move(score)}});
}

}  // namespace audienced::oracle
