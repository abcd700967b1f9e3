#include "rules/engine/glance/glance.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "rules/engine/conditions.h"
#include "rules/engine/glance/sequence_glance.h"
#include "rules/engine/sequence/sequence_evaluation.h"
#include "rules/engine/timeline/aggregation.h"
#include "rules/engine/timeline/did_evaluation.h"
#include "rules/engine/timeline/rung_timeline.h"
#include "rules/engine/timeline/score_timeline.h"

namespace audienced {
namespace {

using ProbeKind = Screen::Probe::Kind;

// Of an event at `time` on.
Instant Leaves(Instant time, Micros below) {
  return below == kLooksBackForEver ? Instant::Forever() : Plus(time, below);
}

// Whether what `history` holds all lies at `t` or before.
bool EndsBy(const History& history, Instant t) {
  return history.last_time() <= t &&
         (history.traits().empty() || history.traits().back().time <= t) &&
         (history.consents().empty() || history.consents().back().time <= t);
}

}  // namespace

Glance::Glance(Evaluation& evaluation)
    : evaluation_(evaluation),
      program_(evaluation.projection().rulebook().program()),
      screen_(evaluation.projection().rulebook().screen()),
      count_(evaluation.projection()),
      tail_(evaluation.projection()),
      of_conditions_(program_.conditions.size()),
      of_audiences_(program_.audiences.size()),
      proposed_(program_.audiences.size()) {}

void Glance::TurnTo(Instant t, bool only_now) {
  const History& history = evaluation_.history();
  ++turn_;
  t_ = t;
  only_now_ = only_now;
  candidates_.clear();
  is_clear_ = evaluation_.IsTold(t) && (only_now || EndsBy(history, t));
  const Instant last = history.last_time();
  is_silent_ = is_clear_ && screen_.always.empty() && !Speaks(history, last);
  if (is_silent_) return;
  is_known_ = !history.empty() && last <= t;
  if (!is_known_) {
    const Instant first = history.first_time();
    is_known_ = first <= t;
    if (!only_now && !is_known_ && first != Instant::Forever()) {
      is_clear_ = false;
    }
  }
  if (is_known_ && is_clear_) count_.TurnTo(history, t);
}

// Whether an event may speak for an audience at t_ or later. The newest one, at
// `last`, is not older than any of those that do. Rougher than the EventCount
// tells, but before anything is made ready for the profile: most are silent.
bool Glance::Speaks(const History& history, Instant last) const {
  if (history.empty()) return false;
  const Micros horizon =
      evaluation_.projection().DemandHorizon(history.class_marks());
  return horizon == kLooksBackForEver || t_.micros - last.micros < horizon;
}

const std::vector<uint32_t>& Glance::Candidates() {
  if (is_silent_ || !candidates_.empty()) return candidates_;
  if (!is_clear_) {
    for (uint32_t i = 0; i < screen_.gates.size(); ++i) Propose(i);
  } else if (is_known_) {
    for (const uint32_t audience : screen_.always) Propose(audience);
    for (const EventCount::Spoken& spoken : count_.FindSpoken()) {
      for (uint32_t i = spoken.first; i < spoken.last; ++i) {
        const Screen::Demand& demand = screen_.demands[i];
        if (spoken.age >= demand.horizon) break;
        Propose(demand.audience);
      }
    }
    std::sort(candidates_.begin(), candidates_.end());
  }
  return candidates_;
}

void Glance::Propose(uint32_t audience) {
  if (proposed_[audience] == turn_) return;
  proposed_[audience] = turn_;
  candidates_.push_back(audience);
}

Outlook Glance::OutlookOf(size_t audience) {
  if (is_silent_) return Outlook::Nothing();
  if (!is_clear_) {
    return Outlook::Of(evaluation_.AudienceTimeline(audience), t_);
  }
  if (!is_known_) return Outlook::Nothing();
  const Screen::Gate& gate = screen_.gates[audience];
  if (gate.is_plain) return OfCondition(gate.who);
  Outlook outlook = Gated(audience);
  for (const size_t other : program_.audiences[audience].taken_before) {
    if (outlook.is_nothing()) break;
    outlook = Both(outlook, Complement(Gated(other)));
  }
  return outlook;
}

Outlook Glance::Gated(size_t audience) {
  Found& found = of_audiences_[audience];
  if (found.turn != turn_) {
    found.outlook = ComputeGated(audience);
    found.turn = turn_;
  }
  return found.outlook;
}

// Steps 1 to 5 of an audience at an instant.
Outlook Glance::ComputeGated(size_t audience) {
  const Screen::Gate& gate = screen_.gates[audience];
  if (gate.is_timeline) {
    return Outlook::Of(evaluation_.GatedTimeline(audience), t_);
  }
  const AudienceProgram& program = program_.audiences[audience];
  Outlook outlook = Outlook::Always();
  for (const uint32_t purpose : program.consent) {
    outlook = Both(outlook, OfConsent(purpose));
  }
  if (program.active) {
    const Signal active(
        {ToInstant(program.active->first), ToInstant(program.active->second)});
    outlook = Both(outlook, Outlook::Of(active, t_));
  }
  if (outlook.is_nothing()) return outlook;
  outlook = Both(outlook, OfCondition(program.who));
  if (program.except && !outlook.is_nothing()) {
    outlook = Both(outlook, Complement(OfCondition(*program.except)));
  }
  return outlook;
}

Outlook Glance::OfCondition(ConditionIndex index) {
  const Screen::Probe& probe = screen_.probes[index];
  const CompiledCondition& condition = program_.conditions[index];
  switch (probe.kind) {
    case ProbeKind::kCount:
      return OfCount(probe);
    case ProbeKind::kAggregate:
      return OfAggregate(probe, std::get<CompiledDid>(condition));
    case ProbeKind::kAll:
    case ProbeKind::kAny:
    case ProbeKind::kNone:
      return OfParts(probe);
    case ProbeKind::kTail:
    case ProbeKind::kScore:
      return OfTail(probe, index);
    case ProbeKind::kTraits:
      return OfTraits(std::get<CompiledTraits>(condition));
    case ProbeKind::kInAudience:
      return OfAudience(std::get<CompiledInAudience>(condition));
    case ProbeKind::kKnownFor:
      return OfKnownFor(std::get<CompiledKnownFor>(condition));
    case ProbeKind::kSample:
      return OfSample(std::get<CompiledSample>(condition));
    case ProbeKind::kConsent:
      return OfConsent(std::get<CompiledConsent>(condition).purpose);
  }
  return Outlook::Nothing();
}

// The newest events are asked first, and no more of them than decide.
Outlook Glance::OfCount(const Screen::Probe& probe) {
  uint32_t place = count_.Newest(probe.filter, probe.below);
  Instant newest = Instant::Never();  // of all, also of those to come
  if (place != EventCount::kNone) newest = count_.entry(place).time;
  const auto go_on = [&] {
    place = count_.Older(probe.filter, place, probe.below);
  };
  // When one more counts, or one less.
  Instant turns = Instant::Forever();
  for (; place != EventCount::kNone && count_.AgeOf(place) < probe.at_least;
       go_on()) {
    turns = Plus(count_.entry(place).time, probe.at_least);
  }
  uint32_t counted = 0;
  const bool is_open = probe.last == UINT32_MAX;  // more are never too many
  const uint32_t enough = is_open ? probe.first : UINT32_MAX;
  while (counted < enough && place != EventCount::kNone &&
         count_.AgeOf(place) < probe.below) {
    ++counted;
    turns = std::min(turns, Leaves(count_.entry(place).time, probe.below));
    if (counted < enough) go_on();
  }
  Outlook outlook;
  outlook.holds = probe.first <= counted && counted <= probe.last;
  outlook.flips = turns;
  if (probe.first == 0 && probe.first <= probe.last) {
    outlook.over = Instant::Forever();
  } else if (is_open && probe.at_least == 0) {
    // Once too few, always too few.
    if (!outlook.holds) outlook.flips = Instant::Forever();
    if (outlook.holds) outlook.over = turns;
  } else if (newest != Instant::Never()) {
    outlook.over = Leaves(newest, probe.below);
  }
  return probe.negated ? Complement(outlook) : outlook;
}

Outlook Glance::OfAggregate(const Screen::Probe& probe,
                            const CompiledDid& did) {
  Aggregation aggregation(did, kAbsent, Tail());
  Outlook outlook;
  for (uint32_t place = count_.Newest(probe.filter, probe.below);
       place != EventCount::kNone;
       place = count_.Older(probe.filter, place, probe.below)) {
    const EventCount::Entry& entry = count_.entry(place);
    if (entry.time < did.window.from || entry.time >= did.window.until) {
      continue;
    }
    const Instant leaves = Leaves(entry.time, probe.below);
    if (leaves <= t_) break;
    const Instant enters = Plus(entry.time, probe.at_least);
    outlook.over = std::max(outlook.over, leaves);
    outlook.flips = std::min(outlook.flips, enters > t_ ? enters : leaves);
    if (enters <= t_) aggregation.Add(entry.event);
  }
  outlook.holds = aggregation.Satisfied();
  if (IsSatisfiedByNothing(did)) outlook.over = Instant::Forever();
  return probe.negated ? Complement(outlook) : outlook;
}

Outlook Glance::OfParts(const Screen::Probe& probe) {
  const bool intersects = probe.kind == ProbeKind::kAll;
  Outlook outlook = intersects ? Outlook::Always() : Outlook::Nothing();
  for (uint32_t i = probe.first; i < probe.last; ++i) {
    const Outlook part = OfCondition(screen_.parts[i]);
    outlook = intersects ? Both(outlook, part) : Either(outlook, part);
    // The rest can change nothing.
    if (intersects && outlook.is_nothing()) return outlook;
    if (only_now_ && outlook.holds != intersects) break;
  }
  return probe.kind == ProbeKind::kNone ? Complement(outlook) : outlook;
}

Outlook Glance::OfTail(const Screen::Probe& probe, ConditionIndex index) {
  // A sequence is told by the glance as soon, where its steps may be there.
  const bool is_read = only_now_ && probe.is_readable;
  if (!(is_read ? MayMeetNeeds(probe) : MeetsNeeds(probe))) {
    return probe.negated ? Outlook::Always() : Outlook::Nothing();
  }
  Found& found = of_conditions_[index];
  if (found.turn != turn_) {
    found.outlook = OutlookOfTail(probe, index);
    found.turn = turn_;
  }
  return found.outlook;
}

Outlook Glance::OutlookOfTail(const Screen::Probe& probe,
                              ConditionIndex index) {
  if (only_now_ && probe.is_readable) {
    const auto& sequence =
        std::get<CompiledSequence>(program_.conditions[index]);
    const std::optional<bool> holds =
        SequenceGlance(sequence, count_, Tail(), t_).Holds();
    if (holds) return *holds ? Outlook::Always() : Outlook::Nothing();
  }
  return Outlook::Of(SignalOf(index), t_);
}

bool Glance::MayMeetNeeds(const Screen::Probe& probe) const {
  return std::all_of(screen_.needs.begin() + probe.first,
                     screen_.needs.begin() + probe.last,
                     [&](const Screen::Need& need) {
                       return need.is_against || count_.MayHave(need.filter);
                     });
}

bool Glance::MeetsNeeds(const Screen::Probe& probe) {
  Micros last = 0;  // age of the newest event of the first need
  for (uint32_t i = probe.first; i < probe.last; ++i) {
    const Screen::Need& need = screen_.needs[i];
    const Micros below = need.is_against ? last : need.horizon;
    const uint32_t place = count_.Newest(need.filter, below);
    const bool is_there =
        place != EventCount::kNone && count_.AgeOf(place) < below;
    if (is_there == need.is_against) return false;
    if (i == probe.first) last = count_.AgeOf(place);
  }
  return true;
}

// What counts against every choice that ends before it.
Instant Glance::EndsFrom(ConditionIndex index) {
  const Screen::Probe& probe = screen_.probes[index];
  Instant from = Instant::Never();
  for (uint32_t i = probe.first; i < probe.last; ++i) {
    const Screen::Need& need = screen_.needs[i];
    if (!need.is_against) continue;
    const uint32_t place = count_.Newest(need.filter, need.horizon);
    if (place == EventCount::kNone) continue;
    from = std::max(from, count_.entry(place).time);
  }
  return from;
}

EventSelection& Glance::Tail() {
  if (tail_turn_ != turn_) {
    tail_.TurnTo(evaluation_.history(), t_);
    tail_turn_ = turn_;
  }
  return tail_;
}

Signal Glance::SignalOf(ConditionIndex index) {
  const CompiledCondition& condition = program_.conditions[index];
  if (const auto* did = std::get_if<CompiledDid>(&condition)) {
    return DidEvaluation(*did, Tail(), Wanted::kSignal).signal();
  }
  if (const auto* sequence = std::get_if<CompiledSequence>(&condition)) {
    return SequenceEvaluation(*sequence, Tail(), EndsFrom(index),
                              Wanted::kSignal)
        .signal();
  }
  if (const auto* on = std::get_if<CompiledOnRung>(&condition)) {
    return OnRungSignal(*on, Tail());
  }
  const auto& test = std::get<CompiledScore>(condition);
  return ScoreTimeline(program_.scores[test.score], Tail())
      .Compare(test.comparison, Tail().universe());
}

Outlook Glance::OfTraits(const CompiledTraits& traits) const {
  const auto find = [this](std::string_view name) {
    return evaluation_.history().FindTrait(name, t_);
  };
  const bool holds = std::all_of(
      traits.tests.begin(), traits.tests.end(), [&](const CompiledTest& test) {
        return Passes(test, FindPathIn(find, test.test.property));
      });
  return holds ? Outlook::Always() : Outlook::Nothing();
}

Outlook Glance::OfAudience(const CompiledInAudience& in) {
  const Outlook outlook = Gated(in.audience);
  return in.negated ? Complement(outlook) : outlook;
}

Outlook Glance::OfKnownFor(const CompiledKnownFor& known) const {
  const Instant since =
      Plus(evaluation_.history().first_time(), known.at_least);
  return since <= t_ ? Outlook::Always()
                     : Outlook{false, since, Instant::Forever()};
}

Outlook Glance::OfSample(const CompiledSample& sample) const {
  return InShare("sample", sample.salt, evaluation_.profile_key(),
                 sample.percent)
             ? Outlook::Always()
             : Outlook::Nothing();
}

Outlook Glance::OfConsent(uint32_t purpose) const {
  const auto& changes = evaluation_.history().consents();
  const auto last = std::find_if(
      changes.rbegin(), changes.rend(), [&](const ConsentChange& change) {
        return change.time <= t_ && change.purpose == purpose;
      });
  const bool granted = last == changes.rend()
                           ? program_.purposes[purpose].second
                           : last->granted;
  return granted ? Outlook::Always() : Outlook::Nothing();
}

}  // namespace audienced
