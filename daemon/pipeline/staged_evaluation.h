#ifndef AUDIENCED_DAEMON_PIPELINE_STAGED_EVALUATION_H_
#define AUDIENCED_DAEMON_PIPELINE_STAGED_EVALUATION_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "daemon/pipeline/change_recorder.h"
#include "daemon/pipeline/commit_rules.h"
#include "daemon/pipeline/staged_profile.h"
#include "daemon/pipeline/tally.h"
#include "rules/engine/evaluation.h"

namespace audienced {

// As what a profile counts for an audience that `holds` or does not.
CountedAs CountedIn(const Evaluation& evaluation, size_t audience, bool holds);

// From when on the profile is to be evaluated in a commit at `now`.
Instant SinceOf(const StagedProfile& staged, Instant now);

// Evaluates profiles of one commit, each by itself, and records what of that is
// published. Several threads can share the profiles of a commit, each with an
// object of its own.
class StagedEvaluation {
 public:
  // `tallies` say which audiences are open. Borrows `rules` and `tallies`,
  // neither of which may change meanwhile.
  StagedEvaluation(const CommitRules& rules, const std::vector<Tally>& tallies,
                   Instant evaluated_through, Instant now);

  void Evaluate(StagedProfile& staged);

  // By how much the profiles that were evaluated change the tallies.
  const std::vector<Tally>& counted() const { return counted_; }
  // The earliest instant at which one of them changes that was left to the next
  // commit; Forever: there is none.
  Instant still_due() const { return still_due_; }

 private:
  void TakeStanding(StagedProfile& staged, uint32_t audience,
                    const Standing& standing);
  Cause ReasonOf(const StagedProfile& staged, uint32_t audience);
  Cause Recall(AudienceMembership& membership);
  void Publish(StagedProfile& staged, const Standing& standing,
               AudienceMembership& membership);
  Standing StandingBefore(Instant entry, const AudienceMembership& membership);
  void PublishChange(StagedProfile& staged, const Standing& standing,
                     Cause reason, AudienceMembership& membership);

  const CommitRules& rules_;
  const CompiledRulebook& rulebook_;
  const std::vector<Tally>& tallies_;
  const Instant evaluated_through_;  // of the commit before
  const Instant now_;
  const ChangeRecorder recorder_;
  Evaluation evaluation_;
  std::vector<Tally> counted_;
  Instant still_due_ = Instant::Forever();
};

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_PIPELINE_STAGED_EVALUATION_H_
