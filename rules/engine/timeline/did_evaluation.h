#ifndef AUDIENCED_RULES_ENGINE_TIMELINE_DID_EVALUATION_H_
#define AUDIENCED_RULES_ENGINE_TIMELINE_DID_EVALUATION_H_

#include <vector>

#include "absl/container/inlined_vector.h"
#include "rules/engine/timeline/event_selection.h"
#include "rules/engine/timeline/evidence.h"
#include "rules/engine/timeline/signal.h"

namespace audienced {

// A `did` or `did_not` over one history: its timeline and, at each instant, the
// events that were counted.
//
// Every event that is meant counts during one interval (its window, cut where
// `which: last` hands over to the next). The aggregate is swept over the ends
// of these intervals, group by group. Where only the signal is wanted, events
// that change nothing about it are left out.
class DidEvaluation {
 public:
  DidEvaluation(const CompiledDid& did, EventSelection& selection,
                Wanted wanted);

  const Signal& signal() const { return signal_; }
  // The others are to be called only if this says kEvidence.
  Wanted told() const { return told_; }
  // The events counted at `t` in the groups that satisfy the aggregate.
  Evidence EvidenceAt(Instant t, const EventSelection& selection) const;
  // Offers the instants at which EvidenceAt() can change.
  void OfferBreaks(NextInstant& next) const;

 private:
  struct Occurrence {
    size_t event = 0;
    Interval counted;
  };
  struct Group {
    Cell value = kAbsent;  // of `same`
    absl::InlinedVector<Occurrence, 4> occurrences;
  };

  void Collect(EventSelection& selection);
  void CollectNewest(EventSelection& selection);
  void CollectEdge(EventSelection& selection);
  Signal Sweep(const Group& group, const EventSelection& selection) const;

  const CompiledDid& did_;
  Wanted told_ = Wanted::kEvidence;
  absl::InlinedVector<Group, 1> groups_;
  Signal signal_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_TIMELINE_DID_EVALUATION_H_
