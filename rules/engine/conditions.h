#ifndef AUDIENCED_RULES_ENGINE_CONDITIONS_H_
#define AUDIENCED_RULES_ENGINE_CONDITIONS_H_

#include <functional>
#include <memory>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/engine/evaluation.h"
#include "rules/engine/sequence/sequence_evaluation.h"
#include "rules/engine/timeline/did_evaluation.h"
#include "rules/engine/timeline/event_selection.h"

namespace audienced {

// The conditions of one evaluation: each is computed when first asked for, and
// once, whoever asks. Every signal lies within the universe: before the first
// event of the profile everything is false, complements too.
class Evaluation::Conditions {
 public:
  // `audience_signal` gives the signal of an audience after steps 1 to 5.
  Conditions(const Projection& projection,
             std::function<const Signal&(size_t)> audience_signal);

  // Goes to another profile; nothing of the one before is kept. Signals and
  // evidence have to be right at `since` and later only; Never: always.
  void TurnTo(const History& history, std::string_view profile_key,
              Instant since);

  // Valid until TurnTo().
  const Signal& SignalOf(ConditionIndex index, Wanted wanted = Wanted::kSignal);
  Evidence EvidenceAt(ConditionIndex index, Instant t);
  // Offers the instants at which EvidenceAt() can change.
  void OfferBreaks(ConditionIndex index, NextInstant& next);

  // When the consent for `purpose` is granted.
  Signal Granted(uint32_t purpose) const;
  // The exact score at `t`, in points.
  double ScoreAt(size_t score, Instant t);

  EventSelection& selection() { return selection_; }

 private:
  // What was computed of a condition; kinds without evidence are a signal only.
  using Result =
      std::variant<std::monostate, Signal, std::unique_ptr<DidEvaluation>,
                   std::unique_ptr<SequenceEvaluation>>;

  bool Has(ConditionIndex index, Wanted wanted) const;
  Result Compute(const CompiledDid& did, Wanted wanted);
  Result Compute(const CompiledSequence& sequence, Wanted wanted);
  Result Compute(const CompiledCombination& combination, Wanted wanted);
  // Of these there is no evidence to be wanted.
  Result Compute(const CompiledTraits& traits);
  Result Compute(const CompiledInAudience& in);
  Result Compute(const CompiledOnRung& on);
  Result Compute(const CompiledScore& test);
  Result Compute(const CompiledKnownFor& known);
  Result Compute(const CompiledSample& sample);
  Result Compute(const CompiledConsent& consent);

  const Program& program() const { return selection_.program(); }
  const History& history() const { return selection_.history(); }

  EventSelection selection_;
  std::string_view profile_key_;
  const std::function<const Signal&(size_t)> audience_signal_;
  std::vector<Result> results_;           // by condition
  std::vector<ConditionIndex> computed_;  // those of this profile
  // Signals of which more was wanted later: they may still be looked at.
  std::vector<Result> superseded_;
};

// Whether a profile is in the share of `percent` that `domain` and `name` draw.
// Depends on the permanent key alone: stable over rules, restarts and renames.
bool InShare(std::string_view domain, std::string_view name,
             std::string_view profile_key, Decimal percent);

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_CONDITIONS_H_
