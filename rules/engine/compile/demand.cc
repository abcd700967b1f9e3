#include "rules/engine/compile/demand.h"

#include <algorithm>
#include <utility>

#include "rules/engine/compile/horizon.h"
#include "rules/engine/timeline/aggregation.h"
#include "rules/engine/timeline/score_timeline.h"

namespace audienced {
namespace {

// The fewest events that a `did` which needs some can hold with.
int64_t FewestOf(const CompiledDid& did) {
  const bool is_counted = did.aggregate == Aggregate::Kind::kTimes &&
                          did.which == Did::Which::kAny && !did.negated;
  const bool has_upper_bound_only =
      did.comparison.kind == Comparison::Kind::kAtMost ||
      did.comparison.kind == Comparison::Kind::kBelow;
  if (!is_counted || has_upper_bound_only) return 1;
  int64_t bound = did.comparison.bound.millionths;
  if (did.comparison.kind == Comparison::Kind::kAbove) ++bound;
  return std::max<int64_t>(1, (bound + Decimal::kScale - 1) / Decimal::kScale);
}

// Whether `left` is the better thing to look for: less often met.
bool IsRarer(const DemandList& left, const DemandList& right) {
  if (left.size() != right.size()) return left.size() < right.size();
  if (left.empty()) return false;
  if (left.front().times != right.front().times) {
    return left.front().times > right.front().times;
  }
  return left.front().horizon < right.front().horizon;
}

}  // namespace

std::optional<DemandList> DemandFinder::OfAudience(size_t audience) {
  if (known_[audience]) return *known_[audience];
  const AudienceProgram& program = program_.audiences[audience];
  Demands demands = OfCondition(program.who);
  if (demands) {
    // Within a stay `who` may have held so long ago.
    for (EventDemand& demand : *demands) {
      demand.horizon = Further(demand.horizon, program.stay);
    }
  }
  known_[audience] = demands;
  return demands;
}

auto DemandFinder::OfCondition(ConditionIndex index) -> Demands {
  return std::visit([&](const auto& kind) { return Demands(Of(kind)); },
                    program_.conditions[index]);
}

auto DemandFinder::OfDid(const CompiledDid& did) const -> Demands {
  const bool has_groups = did.same.active || did.in_one_session;
  if (!has_groups && IsSatisfiedByNothing(did)) return std::nullopt;
  if (!did.is_seen_whole) return std::nullopt;
  return DemandList{
      {did.filter.number, FewestOf(did), HorizonOf(did.window, program_)}};
}

auto DemandFinder::Of(const CompiledDid& did) -> Demands {
  if (!did.negated) return OfDid(did);
  // Not to hold for nothing takes events; of how many nothing is known.
  const bool has_groups = did.same.active || did.in_one_session;
  if (has_groups || !IsSatisfiedByNothing(did)) return std::nullopt;
  return DemandList{{did.filter.number, 1, HorizonOf(did.window, program_)}};
}

auto DemandFinder::OfSequence(const CompiledSequence& sequence) const
    -> Demands {
  if (!sequence.is_seen_whole) return std::nullopt;
  return DemandList{{sequence.steps.back().filter.number, 1,
                     HorizonOf(sequence.window, program_)}};
}

// The rung is reached after the first one, which lies in the window.
auto DemandFinder::OfRung(const CompiledOnRung& on) const -> Demands {
  return DemandList{
      {on.rungs[on.rung].number, 1, HorizonOf(on.window, program_)}};
}

auto DemandFinder::Of(const CompiledCombination& combination) -> Demands {
  if (combination.kind == Combination::Kind::kNone) return std::nullopt;
  const bool is_all = combination.kind == Combination::Kind::kAll;
  Demands found;
  for (const ConditionIndex part : combination.parts) {
    Demands of_part = OfCondition(part);
    if (is_all) {
      if (of_part && (!found || IsRarer(*of_part, *found))) {
        found = std::move(of_part);
      }
      continue;
    }
    if (!of_part) return std::nullopt;
    if (!found) found.emplace();
    found->insert(found->end(), of_part->begin(), of_part->end());
  }
  return found;
}

auto DemandFinder::Of(const CompiledInAudience& in) -> Demands {
  return in.negated ? std::nullopt : OfAudience(in.audience);
}

auto DemandFinder::Of(const CompiledScore& test) const -> Demands {
  if (Holds(test.comparison, 0)) return std::nullopt;
  DemandList list;
  for (const ScoreProgram::Points& points :
       program_.scores[test.score].points) {
    list.push_back(
        {points.filter.number, 1,
         program_.retention == 0 ? kLooksBackForEver : program_.retention});
  }
  return list;
}

}  // namespace audienced
