#ifndef AUDIENCED_RULES_REPORT_FUNNEL_H_
#define AUDIENCED_RULES_REPORT_FUNNEL_H_

#include <cstdint>
#include <vector>

#include "rules/engine/evaluation.h"
#include "rules/engine/timeline/climb.h"
#include "rules/engine/timeline/event_selection.h"
#include "rules/report/quartiles.h"
#include "rules/report/report_span.h"

namespace audienced {

// What is asked of one ladder.
struct FunnelQuestion {
  size_t ladder = 0;  // as in the rulebook
  PastSpan span;      // of the first rung
};

struct FunnelRung {
  int64_t reached = 0;    // profiles that came this far, or farther
  int64_t stopped = 0;    // of these, those that came no farther
  int64_t under_way = 0;  // of these, those that may still do so
  // Profiles that came this far, or farther, by runs whose time is over: those
  // that began `all_within` before what is known ends, or earlier. What is
  // told of other days compares with this. Without `all_within`: as `reached`.
  int64_t settled = 0;
  // From the rung before, and from the first one, to this.
  Quartiles from_previous;
  Quartiles from_first;
};

struct FunnelReport {
  int64_t profiles = 0;  // that were looked at
  // When the first event of them all occurred; Forever where there is none.
  Instant first_event = Instant::Forever();
  std::vector<FunnelRung> rungs;  // one each rung of the ladder
};

// Counts how far the profiles came on one ladder.
//
// A profile counts once, by its longest run up the ladder (climb.h) of those
// that begin with an event of the first rung within the span; of several as
// long by the one that begins first. So it is at the rung that `on_rung` says
// for a window that is the span, but that a retention plays no part: what is
// kept counts. A run goes on after the span, up to what is known. A profile
// that is not on the last rung may still climb where its last event of the
// first rung lies less than `all_within` back; without `all_within` it always
// may. A value; not thread-safe.
class Funnel {
 public:
  Funnel(const FunnelQuestion& question, const Rulebook& rulebook);

  // Adds one profile, evaluated by that rulebook.
  void Add(Evaluation& evaluation);
  // Adds the profiles of `part`, which was asked the same question.
  void Merge(const Funnel& part);

  FunnelReport Report() const;

 private:
  struct Rung {
    int64_t stopped = 0;
    int64_t under_way = 0;
    int64_t stopped_settled = 0;
    std::vector<int64_t> from_previous;  // in microseconds, one a profile
    std::vector<int64_t> from_first;
  };

  void FindClimbs(EventSelection& selection);
  std::vector<Instant> LongestRun(Instant begun_before) const;
  Instant LastOf(size_t rung) const;
  Instant NextOf(size_t rung, Instant time) const;

  PastSpan span_;
  std::vector<size_t> conversions_;  // of the rungs
  Micros all_within_ = 0;            // 0: any time
  Instant settled_before_;           // the time of runs that begin then is over
  int64_t profiles_ = 0;
  Instant first_event_ = Instant::Forever();
  std::vector<Rung> rungs_;
  // Of the profile that is being added: what it did from the begin of the span
  // on, and when it did what each rung is.
  std::vector<Climb> climbs_;
  std::vector<std::vector<Instant>> times_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_REPORT_FUNNEL_H_
