#include "rules/engine/compile/screen.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "rules/engine/compile/count_range.h"
#include "rules/engine/compile/demand.h"
#include "rules/engine/compile/horizon.h"
#include "rules/engine/glance/sequence_glance.h"

namespace audienced {
namespace {

using Probe = Screen::Probe;
using Needs = std::vector<Screen::Need>;

class Maker {
 public:
  explicit Maker(const Program& program)
      : program_(program), demands_(program) {}

  Screen Make() {
    demands_by_times_.resize(program_.filters.size());
    screen_.demand_horizons.resize(program_.filters.size());
    screen_.counting.resize(program_.filters.size());
    for (const CompiledCondition& condition : program_.conditions) {
      screen_.probes.push_back(std::visit(
          [&](const auto& kind) { return ProbeOf(kind); }, condition));
    }
    for (size_t i = 0; i < program_.audiences.size(); ++i) {
      AddAudience(static_cast<uint32_t>(i));
    }
    for (size_t i = 0; i < demands_by_times_.size(); ++i) {
      Lay(demands_by_times_[i], screen_.counting[i].most);
    }
    MarkFilters();
    std::vector<Micros> horizons;
    for (const Screen::Counting& counting : screen_.counting) {
      horizons.push_back(counting.horizon);
    }
    screen_.count_stages = StagesOf(horizons);
    screen_.demand_stages = StagesOf(screen_.demand_horizons);
    return std::move(screen_);
  }

 private:
  using DemandsByTimes = std::map<uint32_t, std::vector<Screen::Demand>>;

  void AddAudience(uint32_t number) {
    const AudienceProgram& audience = program_.audiences[number];
    Screen::Gate gate{audience.who};
    gate.is_timeline = audience.stay != 0 || audience.rejoin_after != 0;
    gate.is_plain = !gate.is_timeline && !audience.except &&
                    audience.consent.empty() && !audience.active &&
                    audience.taken_before.empty();
    screen_.gates.push_back(gate);
    const std::optional<DemandList> demands = demands_.OfAudience(number);
    if (!demands) {
      screen_.always.push_back(number);
      return;
    }
    for (const EventDemand& demand : *demands) {
      const auto times =
          static_cast<uint32_t>(std::min<int64_t>(demand.times, kNoLimit));
      Count(demand.filter, demand.horizon, times);
      Micros& longest = screen_.demand_horizons[demand.filter];
      longest = std::max(longest, demand.horizon);
      demands_by_times_[demand.filter][times].push_back(
          {number, demand.horizon});
    }
  }

  // Puts the demands of the next filter, of whose events `most` are counted,
  // behind those that are there.
  void Lay(const DemandsByTimes& of_filter, uint32_t most) {
    screen_.first_demands.push_back(
        static_cast<uint32_t>(screen_.demands_by_times.size()));
    for (const auto& [times, demands] : of_filter) {
      const auto first = static_cast<uint32_t>(screen_.demands.size());
      screen_.demands.insert(screen_.demands.end(), demands.begin(),
                             demands.end());
      std::stable_sort(
          screen_.demands.begin() + first, screen_.demands.end(),
          [](const Screen::Demand& left, const Screen::Demand& right) {
            return left.horizon > right.horizon;
          });
      const auto last = static_cast<uint32_t>(screen_.demands.size());
      screen_.demands_by_times.push_back(
          {times, times, first, last, screen_.demands[first].horizon});
    }
    Screen::Demands end;
    end.telling = most;
    screen_.demands_by_times.push_back(end);
  }

  // The newest events of `filter` that are not as old as `horizon` are to be
  // counted.
  void Count(uint32_t filter, Micros horizon, uint32_t most) {
    Screen::Counting& counting = screen_.counting[filter];
    counting.horizon = std::max(counting.horizon, horizon);
    counting.most = std::max(counting.most, most);
  }

  void MarkFilters() {
    uint32_t marked = 0;
    for (Screen::Counting& counting : screen_.counting) {
      if (counting.most == 0) continue;
      counting.mark = Screen::FilterMarks{1}
                      << (marked % Screen::kFilterMarkCount);
      if (marked < Screen::kFilterMarkCount) {
        screen_.single_marks |= counting.mark;
      } else {
        screen_.single_marks &= ~counting.mark;
      }
      if (counting.is_step) screen_.step_marks |= counting.mark;
      ++marked;
    }
  }

  // An event is of use for a filter below `horizons` of it.
  Screen::Stages StagesOf(const std::vector<Micros>& horizons) const {
    std::map<Micros, Screen::FilterMarks> by_horizon{{kLooksBackForEver, 0}};
    for (size_t i = 0; i < horizons.size(); ++i) {
      if (horizons[i] > 0) by_horizon[horizons[i]] |= screen_.counting[i].mark;
    }
    Screen::Stages stages;
    for (auto it = by_horizon.rbegin(); it != by_horizon.rend(); ++it) {
      const Screen::FilterMarks longer =
          stages.empty() ? 0 : stages.back().marks;
      stages.push_back({it->first, longer | it->second});
    }
    std::reverse(stages.begin(), stages.end());
    return stages;
  }

  Probe ProbeOf(const CompiledDid& did) {
    const CompiledWindow& window = did.window;
    const bool is_counted = did.which == Did::Which::kAny && !did.same.active &&
                            !did.in_one_session && !did.filter.has_once &&
                            !window.word;
    if (!is_counted) return Tail(NeedsOf(demands_.OfDid(did)), did.negated);
    Probe probe;
    const bool is_dated =
        window.from != Instant::Never() || window.until != Instant::Forever();
    probe.kind = did.aggregate == Aggregate::Kind::kTimes && !is_dated
                     ? Probe::Kind::kCount
                     : Probe::Kind::kAggregate;
    probe.negated = did.negated;
    probe.filter = did.filter.number;
    const CountRange counts = CountsThat(did.comparison);
    probe.first = counts.first;
    probe.last = counts.last;
    probe.at_least = window.at_least;
    probe.below = HorizonOf(window, program_);
    const bool is_enough = probe.kind == Probe::Kind::kCount &&
                           probe.last == kNoLimit && probe.at_least == 0;
    Count(probe.filter, probe.below,
          is_enough ? std::max(probe.first, uint32_t{1}) : kNoLimit);
    return probe;
  }

  Probe ProbeOf(const CompiledSequence& sequence) {
    Needs needs = NeedsOf(demands_.OfSequence(sequence));
    if (needs.empty()) return Tail(needs, /*negated=*/false);
    const bool is_readable = IsReadable(sequence);
    if (is_readable) CountWhole(sequence, needs.front().horizon);
    for (const CompiledSequence::DidStep& step : sequence.steps) {
      Screen::Need need{step.filter.number, sequence.horizon};
      need.is_step = is_readable && &step != &sequence.steps.back();
      needs.push_back(need);
    }
    for (const CompiledSequence::Ending& ending : sequence.endings) {
      // What came behind every event that can be the last step.
      if (!sequence.IsAgainstAllBefore(ending)) continue;
      needs.push_back({ending.filter.number, needs.front().horizon,
                       /*is_against=*/true});
    }
    Probe probe = Tail(needs, /*negated=*/false);
    probe.is_readable = is_readable;
    return probe;
  }

  // All that SequenceGlance may ask of a sequence whose last step is not as old
  // as `horizon`.
  void CountWhole(const CompiledSequence& sequence, Micros horizon) {
    Screen::Counting::Opening opening{sequence.span, std::nullopt};
    for (const CompiledSequence::Ending& ending : sequence.endings) {
      Count(ending.filter.number, horizon, kNoLimit);
      if (!ending.within) opening.against = ending.filter.number;
    }
    const uint32_t last = sequence.steps.back().filter.number;
    Count(last, horizon, kNoLimit);
    if (sequence.steps.size() == 1) return;
    screen_.counting[last].openings.push_back(opening);
    for (size_t i = 0; i + 1 < sequence.steps.size(); ++i) {
      Screen::Counting& step =
          screen_.counting[sequence.steps[i].filter.number];
      step.is_step = true;
      step.most = kNoLimit;
    }
  }

  Probe ProbeOf(const CompiledOnRung& on) {
    return Tail(NeedsOf(demands_.OfRung(on)), /*negated=*/false);
  }

  Probe ProbeOf(const CompiledCombination& combination) {
    Probe probe;
    switch (combination.kind) {
      case Combination::Kind::kAll:
        probe.kind = Probe::Kind::kAll;
        break;
      case Combination::Kind::kAny:
        probe.kind = Probe::Kind::kAny;
        break;
      case Combination::Kind::kNone:
        probe.kind = Probe::Kind::kNone;
        break;
    }
    std::vector<ConditionIndex> parts = combination.parts;
    std::stable_sort(parts.begin(), parts.end(),
                     [&](ConditionIndex left, ConditionIndex right) {
                       return ReachOf(left) < ReachOf(right);
                     });
    probe.first = static_cast<uint32_t>(screen_.parts.size());
    screen_.parts.insert(screen_.parts.end(), parts.begin(), parts.end());
    probe.last = static_cast<uint32_t>(screen_.parts.size());
    return probe;
  }

  // How far back a part is read until it is told: what is known soon is asked
  // first.
  Micros ReachOf(ConditionIndex index) const {
    const Probe& probe = screen_.probes[index];
    Micros reach = 0;
    switch (probe.kind) {
      case Probe::Kind::kCount:
      case Probe::Kind::kAggregate:
        return probe.below;
      case Probe::Kind::kAll:
      case Probe::Kind::kAny:
      case Probe::Kind::kNone:
        for (uint32_t i = probe.first; i < probe.last; ++i) {
          reach = std::max(reach, ReachOf(screen_.parts[i]));
        }
        return reach;
      case Probe::Kind::kTail:
      case Probe::Kind::kScore:
      case Probe::Kind::kInAudience:
        return kLooksBackForEver;
      default:
        return 0;
    }
  }

  // These are read as they are.
  static Probe ProbeOf(const CompiledScore&) { return {Probe::Kind::kScore}; }
  static Probe ProbeOf(const CompiledTraits&) { return {Probe::Kind::kTraits}; }
  static Probe ProbeOf(const CompiledInAudience&) {
    return {Probe::Kind::kInAudience};
  }
  static Probe ProbeOf(const CompiledKnownFor&) {
    return {Probe::Kind::kKnownFor};
  }
  static Probe ProbeOf(const CompiledSample&) { return {Probe::Kind::kSample}; }
  static Probe ProbeOf(const CompiledConsent&) {
    return {Probe::Kind::kConsent};
  }

  // Where a single event is needed, its absence is seen before anything else.
  static Needs NeedsOf(const std::optional<DemandList>& demands) {
    if (!demands || demands->size() != 1) return {};
    return {{demands->front().filter, demands->front().horizon}};
  }

  Probe Tail(const Needs& needs, bool negated) {
    Probe probe;
    probe.kind = Probe::Kind::kTail;
    probe.negated = negated;
    probe.first = static_cast<uint32_t>(screen_.needs.size());
    for (const Screen::Need& need : needs) {
      screen_.needs.push_back(need);
      if (!need.is_step) Count(need.filter, need.horizon, /*most=*/1);
    }
    probe.last = static_cast<uint32_t>(screen_.needs.size());
    return probe;
  }

  const Program& program_;
  DemandFinder demands_;
  std::vector<DemandsByTimes> demands_by_times_;  // by filter
  Screen screen_;
};

}  // namespace

Screen MakeScreen(const Program& program) { return Maker(program).Make(); }

}  // namespace audienced
