#include "rules/engine/conditions.h"

#include <xxhash.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rules/engine/timeline/rung_timeline.h"
#include "rules/engine/timeline/score_timeline.h"

namespace audienced {
namespace {

// The newest event, until the selection's `since`, that counts against every
// choice that ends before it; Never if nothing is known of one.
Instant EndsFrom(const CompiledSequence& sequence, EventSelection& selection) {
  const Projection& projection = selection.projection();
  const auto is_against = [&](size_t event) {
    return std::any_of(sequence.endings.begin(), sequence.endings.end(),
                       [&](const CompiledSequence::Ending& ending) {
                         return sequence.IsAgainstAllBefore(ending) &&
                                projection.Means(selection.class_id(event),
                                                 ending.filter.number);
                       });
  };
  const bool is_any = std::any_of(
      sequence.endings.begin(), sequence.endings.end(),
      [&](const auto& ending) { return sequence.IsAgainstAllBefore(ending); });
  if (!is_any || selection.since() == Instant::Never()) return Instant::Never();
  const size_t first = selection.FirstEvent(sequence.horizon);
  for (size_t event = selection.history().size(); event-- > first;) {
    const Instant time = selection.time(event);
    if (time <= selection.since() && is_against(event)) return time;
  }
  return Instant::Never();
}

}  // namespace

Evaluation::Conditions::Conditions(
    const Projection& projection,
    std::function<const Signal&(size_t)> audience_signal)
    : selection_(projection),
      audience_signal_(std::move(audience_signal)),
      results_(program().conditions.size()) {}

void Evaluation::Conditions::TurnTo(const History& history,
                                    std::string_view profile_key,
                                    Instant since) {
  selection_.TurnTo(history, since);
  profile_key_ = profile_key;
  for (const ConditionIndex index : computed_) results_[index] = Result();
  computed_.clear();
  superseded_.clear();
}

bool Evaluation::Conditions::Has(ConditionIndex index, Wanted wanted) const {
  const Result& result = results_[index];
  if (std::holds_alternative<std::monostate>(result)) return false;
  if (wanted == Wanted::kSignal) return true;
  if (const auto* did = std::get_if<std::unique_ptr<DidEvaluation>>(&result)) {
    return (*did)->told() == wanted;
  }
  const auto* sequence =
      std::get_if<std::unique_ptr<SequenceEvaluation>>(&result);
  return sequence == nullptr || (*sequence)->told() == wanted;
}

const Signal& Evaluation::Conditions::SignalOf(ConditionIndex index,
                                               Wanted wanted) {
  if (!Has(index, wanted)) {
    // Computed aside: parts are computed on the way.
    Result result = std::visit(
        [&](const auto& kind) {
          if constexpr (requires { Compute(kind, wanted); }) {
            return Compute(kind, wanted);
          } else {
            return Compute(kind);
          }
        },
        program().conditions[index]);
    std::swap(results_[index], result);
    computed_.push_back(index);
    const bool is_first = std::holds_alternative<std::monostate>(result);
    if (!is_first) superseded_.push_back(std::move(result));
  }
  const Result& result = results_[index];
  if (const auto* did = std::get_if<std::unique_ptr<DidEvaluation>>(&result)) {
    return (*did)->signal();
  }
  if (const auto* sequence =
          std::get_if<std::unique_ptr<SequenceEvaluation>>(&result)) {
    return (*sequence)->signal();
  }
  return std::get<Signal>(result);
}

Evidence Evaluation::Conditions::EvidenceAt(ConditionIndex index, Instant t) {
  Evidence evidence;
  if (!SignalOf(index, Wanted::kEvidence).Holds(t)) return evidence;
  const Result& result = results_[index];
  if (const auto* did = std::get_if<std::unique_ptr<DidEvaluation>>(&result)) {
    return (*did)->EvidenceAt(t, selection_);
  }
  if (const auto* sequence =
          std::get_if<std::unique_ptr<SequenceEvaluation>>(&result)) {
    return (*sequence)->EvidenceAt(t, selection_);
  }
  const auto* combination =
      std::get_if<CompiledCombination>(&program().conditions[index]);
  if (combination == nullptr || combination->kind == Combination::Kind::kNone) {
    return evidence;
  }
  for (const ConditionIndex part : combination->parts) {
    Merge(evidence, EvidenceAt(part, t));
  }
  return evidence;
}

void Evaluation::Conditions::OfferBreaks(ConditionIndex index,
                                         NextInstant& next) {
  for (const Interval& interval :
       SignalOf(index, Wanted::kEvidence).intervals()) {
    next.Offer(interval.begin);
    next.Offer(interval.end);
  }
  const Result& result = results_[index];
  if (const auto* did = std::get_if<std::unique_ptr<DidEvaluation>>(&result)) {
    (*did)->OfferBreaks(next);
  } else if (const auto* sequence =
                 std::get_if<std::unique_ptr<SequenceEvaluation>>(&result)) {
    (*sequence)->OfferBreaks(selection_, next);
  } else if (const auto* combination = std::get_if<CompiledCombination>(
                 &program().conditions[index])) {
    if (combination->kind == Combination::Kind::kNone) return;
    for (const ConditionIndex part : combination->parts) {
      OfferBreaks(part, next);
    }
  }
}

auto Evaluation::Conditions::Compute(const CompiledDid& did, Wanted wanted)
    -> Result {
  return std::make_unique<DidEvaluation>(did, selection_, wanted);
}

auto Evaluation::Conditions::Compute(const CompiledSequence& sequence,
                                     Wanted wanted) -> Result {
  return std::make_unique<SequenceEvaluation>(
      sequence, selection_, EndsFrom(sequence, selection_), wanted);
}

auto Evaluation::Conditions::Compute(const CompiledCombination& combination,
                                     Wanted wanted) -> Result {
  const Interval universe = selection_.universe();
  const bool intersects = combination.kind == Combination::Kind::kAll;
  Signal result = intersects ? Signal(universe) : Signal();
  for (const ConditionIndex part : combination.parts) {
    const Signal& signal = SignalOf(part, wanted);
    result = intersects ? Intersect(result, signal) : Union(result, signal);
  }
  return combination.kind == Combination::Kind::kNone
             ? Complement(result, universe)
             : result;
}

auto Evaluation::Conditions::Compute(const CompiledTraits& traits) -> Result {
  // The traits as they stand, advanced change by change.
  std::map<std::string, const Value*, std::less<>> latest;
  const auto find = [&](std::string_view name) -> const Value* {
    const auto found = latest.find(name);
    return found == latest.end() || found->second->is_null() ? nullptr
                                                             : found->second;
  };
  const auto holds = [&] {
    return std::all_of(traits.tests.begin(), traits.tests.end(),
                       [&](const CompiledTest& test) {
                         return Passes(test,
                                       FindPathIn(find, test.test.property));
                       });
  };
  Intervals intervals;
  Instant since = selection_.universe().begin;
  for (const TraitChange& change : history().traits()) {
    if (holds()) intervals.push_back({since, change.time});
    latest[change.name] = &change.value;
    since = std::max(since, change.time);
  }
  if (holds()) intervals.push_back({since, Instant::Forever()});
  return Intersect(Signal::UnionOf(std::move(intervals)),
                   Signal(selection_.universe()));
}

auto Evaluation::Conditions::Compute(const CompiledInAudience& in) -> Result {
  const Signal& signal = audience_signal_(in.audience);
  return in.negated ? Complement(signal, selection_.universe()) : signal;
}

auto Evaluation::Conditions::Compute(const CompiledOnRung& on) -> Result {
  return OnRungSignal(on, selection_);
}

auto Evaluation::Conditions::Compute(const CompiledScore& test) -> Result {
  const ScoreTimeline timeline(program().scores[test.score], selection_);
  return timeline.Compare(test.comparison, selection_.universe());
}

auto Evaluation::Conditions::Compute(const CompiledKnownFor& known) -> Result {
  const Interval universe = selection_.universe();
  return Signal({Plus(universe.begin, known.at_least), universe.end});
}

auto Evaluation::Conditions::Compute(const CompiledSample& sample) -> Result {
  return InShare("sample", sample.salt, profile_key_, sample.percent)
             ? Signal(selection_.universe())
             : Signal();
}

auto Evaluation::Conditions::Compute(const CompiledConsent& consent) -> Result {
  return Granted(consent.purpose);
}

Signal Evaluation::Conditions::Granted(uint32_t purpose) const {
  Intervals intervals;
  bool granted = program().purposes[purpose].second;
  Instant since = selection_.universe().begin;
  for (const ConsentChange& change : history().consents()) {
    if (change.purpose != purpose) continue;
    if (granted) intervals.push_back({since, change.time});
    granted = change.granted;
    since = change.time;
  }
  if (granted) intervals.push_back({since, Instant::Forever()});
  return Signal::UnionOf(std::move(intervals));
}

double Evaluation::Conditions::ScoreAt(size_t score, Instant t) {
  return ScoreTimeline(program().scores[score], selection_).At(t);
}

bool InShare(std::string_view domain, std::string_view name,
             std::string_view profile_key, Decimal percent) {
  const std::string text =
      absl::StrCat(std::string(domain), "\n", std::string(name), "\n",
                   std::string(profile_key));
  const uint64_t hash = XXH3_64bits(text.data(), text.size());
  // hash / 2^64 < percent / 100, in whole numbers; the low bit is given up so
  // that nothing overflows a signed number.
  const WideDecimal drawn =
      static_cast<WideDecimal>(hash >> 1) * 100 * Decimal::kScale;
  const WideDecimal bound = static_cast<WideDecimal>(percent.millionths) << 63;
  return drawn < bound;
}

}  // namespace audienced
