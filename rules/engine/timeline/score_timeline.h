#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_SCORE_TIMELINE_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_SCORE_TIMELINE_H_

#include <vector>

#include "rules/engine/timeline/event_selection.h"
#include "rules/engine/timeline/signal.h"

namespace audienced {

// Whether `score` compares so, but for errors of rounding.
bool Holds(const Comparison& comparison, double score);

// A score over one history: each event adds its points, and the sum is halved
// every half-life. What is beyond retention adds no more.
class ScoreTimeline {
 public:
  ScoreTimeline(const ScoreProgram& score, EventSelection& selection);

  double At(Instant t) const;
  // When the score compares so. The instants of crossings are rounded to whole
  // milliseconds.
  Signal Compare(const Comparison& comparison, Interval universe) const;

 private:
  struct Step {
    Instant time;
    double score = 0;  // from `time` on, before it decays
  };

  // Points that come, or go because their event is beyond retention.
  struct Turn {
    Instant time;
    double points = 0;
    int events = 0;  // by how many more or less are counted
  };

  void AddSteps(const std::vector<Turn>& turns);
  double DecayedBy(double score, Micros micros) const;
  // When a score that starts at `step` has decayed to `bound`; Forever if
  // never.
  Instant Crossing(const Step& step, double bound) const;

  const Micros half_life_;
  std::vector<Step> steps_;  // by time, distinct
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_SCORE_TIMELINE_H_
