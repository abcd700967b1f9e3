#ifndef AUDIENCED_DAEMON_SERVICE_QUERY_CONDITION_EXPLANATION_H_
#define AUDIENCED_DAEMON_SERVICE_QUERY_CONDITION_EXPLANATION_H_

#include <cstddef>
#include <string>

#include "audienced/v1/explanation.pb.h"
#include "daemon/service/conversion/time_conversion.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/project/projection.h"
#include "rules/history/history.h"
#include "rules/language/model.h"

namespace audienced {

// Limits of audienced/v1/explanation.proto.
inline constexpr size_t kEvidenceLimit = 100;

// Tells of each condition of one audience whether it holds for one history at
// one instant, since when, until when, and by which events. Used once. Not
// thread-safe.
class ConditionExplainer {
 public:
  // Borrows its arguments; `history` was made by `projection`, `evaluation` is
  // of both.
  ConditionExplainer(const Projection& projection, const History& history,
                     Evaluation& evaluation, size_t audience, Instant at);

  // Adds `who` and each gate that the audience has.
  void Fill(v1::Explanation& answer);

 private:
  v1::ConditionExplanation& AddGate(v1::Explanation& answer,
                                    const std::string& name,
                                    const std::string& text,
                                    const Signal& passes);
  void FillCondition(const Condition& condition, uint32_t index,
                     v1::ConditionExplanation& answer);
  void FillEvidence(uint32_t index, v1::ConditionExplanation& answer);

  const Projection& projection_;
  const Program& program_;
  const History& history_;
  Evaluation& evaluation_;
  const size_t audience_;
  const Instant at_;
  const Interval universe_;
};

// Sets `since_time` and `until_time` of `answer` to the ends of the interval
// around `at` in which `signal` is what it is at `at`.
template <typename Answer>
void FillSpan(const Signal& signal, Instant at, Answer& answer) {
  const absl::Time since = ToTime(signal.LastFlip(at, Instant::Never()));
  const absl::Time until = ToTime(signal.NextFlip(at));
  if (IsInstant(since)) *answer.mutable_since_time() = ToTimestamp(since);
  if (IsInstant(until)) *answer.mutable_until_time() = ToTimestamp(until);
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_SERVICE_QUERY_CONDITION_EXPLANATION_H_
