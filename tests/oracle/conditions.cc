#include "tests/oracle/conditions.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace audienced::oracle {
namespace {

using Events = std::vector<size_t>;  // in order

// Every value that `same` may have; without `same` one group for all.
std::vector<Same> Groups(const Facts& facts, const std::string& property,
                         Instant t) {
  if (property.empty()) return {Same{}};
  std::set<std::string> values;
  for (size_t e = 0; e < facts.Known(t); ++e) {
    values.merge(facts.Texts(e, property));
  }
  std::vector<Same> groups;
  for (const auto& value : values) groups.push_back({property, value});
  return groups;
}

void AddEvidence(const Facts& facts, const Events& events, const Same& same,
                 Answer& answer) {
  answer.holds = true;
  for (size_t e : events) {
    answer.events.insert(e);
    for (size_t item : facts.ItemsRead(e, same)) answer.items.insert({e, item});
  }
  if (!same.property.empty()) answer.values.insert(same.value);
}

bool Satisfies(const Facts& facts, const Aggregate& aggregate,
               const Events& events, const Same& same, absl::TimeZone zone) {
  std::set<absl::CivilDay> days;
  std::set<std::string> texts;
  std::vector<WideDecimal> numbers;
  for (size_t e : events) {
    days.insert(facts.DayOf(e, zone));
    for (const Value& value : facts.Read(e, aggregate.of, same)) {
      if (const auto text = AsText(value)) texts.insert(*text);
      if (const auto of = AsNumber(value)) numbers.push_back(of->millionths);
    }
  }
  const auto compares = [&](WideDecimal found, WideDecimal times = 1) {
    return Compares(aggregate.comparison.kind, found,
                    times * aggregate.comparison.bound.millionths,
                    times * aggregate.comparison.upper.millionths);
  };
  const auto sum =
      std::accumulate(numbers.begin(), numbers.end(), WideDecimal{0});
  using enum Aggregate::Kind;
  const Aggregate::Kind kind = aggregate.kind;
  if (kind == kTimes) return compares(Decimal::kScale * events.size());
  if (kind == kDistinct) return compares(Decimal::kScale * texts.size());
  if (kind == kDays) return compares(Decimal::kScale * days.size());
  if (kind == kSum) return compares(sum);
  if (numbers.empty()) return false;
  if (kind == kMinimum) return compares(std::ranges::min(numbers));
  if (kind == kMaximum) return compares(std::ranges::max(numbers));
  return compares(sum, numbers.size());  // average
}

// All ways to go on from `chosen`, the events of the first `did` steps.
std::vector<Events> Choices(const Facts& facts, const Sequence& sequence,
                            const Same& same, Instant t, const Events& chosen) {
  std::vector<Step> steps = sequence.steps;
  std::erase_if(steps, [](const Step& step) { return step.negated; });
  if (chosen.size() == steps.size()) return {chosen};
  const Step& step = steps[chosen.size()];
  std::vector<Events> choices;
  for (size_t e = 0; e < facts.Known(t); ++e) {
    if (std::ranges::count(chosen, e) > 0) continue;
    if (!chosen.empty() && facts.TimeOf(e) < facts.TimeOf(chosen.back())) {
      continue;
    }
    if (!facts.Agrees(e, same) || !facts.Selected(step.of, e, same) ||
        !facts.Passes(step.where, e, same)) {
      continue;
    }
    Events longer = chosen;
    longer.push_back(e);
    for (const auto& choice : Choices(facts, sequence, same, t, longer)) {
      choices.push_back(choice);
    }
  }
  return choices;
}

// Whether an event of a `did_not` step lies in [from, until).
bool AnyAgainst(const Facts& facts, const Step& step, const Events& choice,
                const Same& same, Instant from, Instant until) {
  for (size_t n = 0; n < facts.size(); ++n) {
    if (facts.TimeOf(n) < from || facts.TimeOf(n) >= until) continue;
    if (std::ranges::count(choice, n) > 0) continue;
    // Without the property of `same` it counts against every value.
    if (!facts.Agrees(n, same) && !facts.Texts(n, same.property).empty()) {
      continue;
    }
    if (facts.Selected(step.of, n, same) && facts.Passes(step.where, n, same)) {
      return true;
    }
  }
  return false;
}

// The rules on the `did` steps: `within`, `all_within`, every `did_not` between
// two; or (`at_end`) those of the `did_not` steps at the end.
bool Keeps(const Facts& facts, const Sequence& sequence, const Same& same,
           const Events& choice, bool at_end, Instant t) {
  constexpr absl::Duration kTick = absl::Microseconds(1);
  const auto time = [&](size_t did) { return facts.TimeOf(choice[did]); };
  size_t done = 0;
  for (const Step& step : sequence.steps) {
    const bool is_last = done == choice.size();
    if (!step.negated) {
      if (!at_end && step.within && done > 0 &&
          time(done) >= Later(time(done - 1), *step.within)) {
        return false;
      }
      ++done;
    } else if (is_last && at_end) {
      const Instant e = time(done - 1);
      const Instant end = Later(
          e, step.within ? *step.within
                         : step.for_at_least.value_or(absl::ZeroDuration()));
      if (t < end || AnyAgainst(facts, step, choice, same, e,
                                step.within ? end : Later(t, kTick))) {
        return false;
      }
    } else if (!is_last && !at_end &&
               AnyAgainst(facts, step, choice, same, time(done - 1),
                          Later(time(done), kTick))) {
      return false;
    }
  }
  return at_end || !sequence.all_within ||
         time(done - 1) < Later(time(0), *sequence.all_within);
}

// How many rungs are reached at most by going on from `run`.
size_t Reached(const Facts& facts, const Ladder& ladder, Instant t,
               const Events& run) {
  size_t reached = run.size();
  if (reached == ladder.rungs.size()) return reached;
  for (size_t e = 0; e < facts.Known(t); ++e) {
    const Instant time = facts.TimeOf(e);
    if (std::ranges::count(run, e) > 0 || time < facts.TimeOf(run.back()) ||
        (ladder.all_within &&
         time >= Later(facts.TimeOf(run[0]), *ladder.all_within)) ||
        !facts.IsA(ladder.rungs[run.size()], e)) {
      continue;
    }
    Events longer = run;
    longer.push_back(e);
    reached = std::max(reached, Reached(facts, ladder, t, longer));
  }
  return reached;
}

}  // namespace

Answer AskDid(const Facts& facts, const Did& did, absl::TimeZone zone,
              Instant t) {
  Answer answer;
  for (const Same& same : Groups(facts, did.same, t)) {
    Events done;
    for (size_t e = 0; e < facts.Known(t); ++e) {
      if (facts.Agrees(e, same) && facts.Selected(did.of, e, same)) {
        done.push_back(e);
      }
    }
    if (did.which == Did::Which::kFirst && !done.empty()) {
      done.erase(done.begin() + 1, done.end());
    }
    if (did.which == Did::Which::kLast && !done.empty()) {
      done.erase(done.begin(), done.end() - 1);
    }
    std::map<size_t, Events> sessions;  // or one for all
    if (!did.in_one_session) sessions[0];
    for (size_t e : done) {
      if (InWindow(did.window, facts.TimeOf(e), zone).Contains(t) &&
          facts.Passes(did.where, e, same)) {
        sessions[did.in_one_session ? facts.SessionOf(e) : 0].push_back(e);
      }
    }
    for (const auto& [session, events] : sessions) {
      if (Satisfies(facts, did.aggregate, events, same, zone)) {
        AddEvidence(facts, events, same, answer);
      }
    }
  }
  return did.negated ? Answer{.holds = !answer.holds} : answer;
}

Answer AskSequence(const Facts& facts, const Sequence& sequence,
                   absl::TimeZone zone, Instant t) {
  Answer answer;
  for (const Same& same : Groups(facts, sequence.same, t)) {
    std::vector<Events> choices = Choices(facts, sequence, same, t, {});
    Instant latest = Instant::Never();
    std::erase_if(choices, [&](const Events& choice) {
      const Instant last = facts.TimeOf(choice.back());
      const bool kept = InWindow(sequence.window, last, zone).Contains(t) &&
                        Keeps(facts, sequence, same, choice, false, t);
      if (kept) latest = std::max(latest, last);
      return !kept;
    });
    for (const Events& choice : choices) {
      if ((sequence.anchor == Sequence::Anchor::kAny ||
           facts.TimeOf(choice.back()) == latest) &&
          Keeps(facts, sequence, same, choice, true, t)) {
        AddEvidence(facts, choice, same, answer);
      }
    }
  }
  return answer;
}

bool IsOnRung(const Facts& facts, const OnRung& asked, absl::TimeZone zone,
              Instant t) {
  const Ladder& ladder = *facts.rulebook().FindLadder(asked.ladder);
  size_t highest = 0;
  for (size_t f = 0; f < facts.Known(t); ++f) {
    if (facts.IsA(ladder.rungs[0], f) &&
        InWindow(asked.window, facts.TimeOf(f), zone).Contains(t)) {
      highest = std::max(highest, Reached(facts, ladder, t, {f}));
    }
  }
  return highest > 0 && ladder.rungs[highest - 1].name == asked.rung;
}

bool HasTrait(const Facts& facts, const PropertyTest& test, Instant t) {
  Properties latest;
  for (size_t e = 0; e < facts.Known(t); ++e) {
    for (const auto& [name, value] : facts.event(e).traits) {
      latest.Set(name, value);
    }
  }
  const Value* found = latest.FindPath(test.property);
  return Passes(test, {found ? *found : Value()});
}

bool Granted(const Facts& facts, const std::string& purpose, Instant t) {
  bool granted = facts.rulebook().FindConsent(purpose)->granted_by_default;
  Instant said = Instant::Never();
  for (size_t e = 0; e < facts.Known(t); ++e) {
    for (const auto& [of, grants] : facts.event(e).consents) {
      if (of != purpose) continue;
      const bool denied_now = said == facts.TimeOf(e) && !granted;
      granted = grants && !denied_now;
      said = facts.TimeOf(e);
    }
  }
  return granted;
}

double ScoreAt(const Facts& facts, const Score& score, Instant t) {
  double sum = 0;
  for (const Score::Points& points : score.points) {
    for (size_t e = 0; e < facts.Known(t); ++e) {
      if (!facts.IsA(points.conversion, e)) continue;
      double add = points.points.millionths;
      if (score.by_quantity && !facts.Read(e, "quantity", {}).empty()) {
        double quantity = 0;
        for (const Value& of_item : facts.Read(e, "quantity", {})) {
          quantity += AsNumber(of_item).value_or(Decimal{}).millionths;
        }
        add *= quantity / Decimal::kScale;
      }
      if (score.half_life) {
        const absl::Duration age = ToTime(t) - ToTime(facts.TimeOf(e));
        add *= std::exp2(-absl::FDivDuration(age, *score.half_life));
      }
      sum += add;
    }
  }
  return sum;  // in millionths
}

}  // namespace audienced::oracle
