#ifndef AUDIENCED_RULES_ENGINE_EXPLAIN_CHANGED_BY_H_
#define AUDIENCED_RULES_ENGINE_EXPLAIN_CHANGED_BY_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "rules/engine/evaluation.h"
#include "rules/engine/explain/trial.h"
#include "rules/engine/project/projection.h"

namespace audienced {

// Finds out which events would change conditions and audiences, by trying them
// on copies of one profile's history at one instant. Each event is tried once,
// whoever asks. Bounded: after kTrialLimit trials no new ones are made. Borrows
// its arguments. Not thread-safe.
class ChangeFinder {
 public:
  static constexpr size_t kTrialLimit = 200;

  ChangeFinder(Projection& projection, Evaluation& evaluation, Instant at);
  ~ChangeFinder();

  // Which events would change `condition`, a leaf, compiled to `index`; as
  // sentences. Tells it where nothing is left but time.
  std::vector<std::string> OfCondition(const Condition& condition,
                                       ConditionIndex index);
  // Which would change the gate of the consent for `purpose`.
  std::vector<std::string> OfConsent(uint32_t purpose);
  // Which of the events tried so far would change `audience`.
  std::vector<std::string> OfAudience(size_t audience);

 private:
  struct Attempt;  // a trial and the profile as it would be

  // Null where the limit is reached.
  Attempt* Try(const Trial& trial);
  TrialValues ValuesFor(const Condition& condition, ConditionIndex index);
  // The trials of all leaves of an audience that another condition asks for.
  void AppendTrialsOf(size_t audience, std::vector<TrialStages>& all);
  void AppendTrialsOf(const Condition& condition, ConditionIndex index,
                      std::vector<TrialStages>& all);
  template <typename SignalIn>
  std::vector<std::string> Told(const std::vector<TrialStages>& all,
                                const SignalIn& signal_in);

  Projection& projection_;
  const Program& program_;
  Evaluation& evaluation_;
  const Instant at_;
  std::vector<std::unique_ptr<Attempt>> attempts_;  // in the order of trial
  std::map<std::string, Attempt*> by_words_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_EXPLAIN_CHANGED_BY_H_
