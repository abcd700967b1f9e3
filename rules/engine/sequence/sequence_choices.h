#ifndef AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_CHOICES_H_
#define AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_CHOICES_H_

#include <cstdint>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "rules/engine/compile/program.h"
#include "rules/engine/sequence/step_assignment.h"
#include "rules/engine/timeline/signal.h"
#include "rules/history/instant.h"

namespace audienced {

// What one event can be to a sequence, read for one value of `same`.
struct SequenceMark {
  size_t event = 0;
  Instant time;
  StepSet takes = 0;   // the `did` steps it can be
  StepSet breaks = 0;  // bit i: it must not stand between steps i - 1 and i
  uint64_t ends = 0;   // bit j: it counts against the j-th `did_not` at the end

  bool empty() const { return takes == 0 && breaks == 0 && ends == 0; }
};

using SequenceMarks = absl::InlinedVector<SequenceMark, 8>;

// The choices of events for the `did` steps of a sequence, for one value of
// `same`.
//
// Moments are the instants that have marks. Constraints between two steps at
// different moments speak of the two moments and what lies between; constraints
// within one moment are a StepAssignment. So a choice is a path over blocks: a
// run of consecutive steps at one moment. Of all paths to a block the one with
// the latest first event is kept, because only `all_within` and retention look
// back further than one block. Linear in the moments.
//
// Most profiles have a handful of marks: those lie in the object itself.
class SequenceChoices {
 public:
  // `marks` is in order of time.
  SequenceChoices(const CompiledSequence& sequence, SequenceMarks marks);

  size_t moment_count() const { return moments_.size(); }
  Instant time(size_t moment) const { return moments_[moment].time; }

  // The first event of a choice that has its last event at `moment`: of all
  // such choices the latest. Never where there is none. With `serves`, of those
  // that no `did_not` event of the end at that very instant counts against.
  Instant FirstOf(size_t moment, bool serves) const;

  // Whether a choice can have its first event at `moment`.
  bool Begins(size_t moment) const;

  // While the `did_not` steps at the end hold for a choice that serves and has
  // its last event at `moment`, as far as later events go.
  Interval EndingHolds(size_t moment) const;

  // The events of every choice that serves, has its last event at `moment` and
  // its first one after `after`.
  std::vector<size_t> EventsOf(size_t moment, Instant after) const;

 private:
  struct Moment {
    Instant time;
    uint32_t begin = 0;  // its marks: [begin, end)
    uint32_t end = 0;

    int size() const { return static_cast<int>(end - begin); }
  };
  // Where a run of steps may be reached from.
  struct Link {
    Instant first = Instant::Never();  // the latest first event of a path
    size_t earliest = 0;               // moments before this do not serve
  };

  void GroupMarks();
  void Reach();
  void FindAgainst();
  StepSet ReachMoment(size_t moment);
  Link& link(size_t moment, int step) {
    return links_[moment * step_count_ + step];
  }
  const Link& link(size_t moment, int step) const {
    return links_[moment * step_count_ + step];
  }
  Instant& reached(size_t moment, int step) {
    return reached_[moment * step_count_ + step];
  }
  Instant reached(size_t moment, int step) const {
    return reached_[moment * step_count_ + step];
  }

  absl::Span<const SequenceMark> MarksOf(const Moment& moment) const {
    return absl::MakeConstSpan(marks_).subspan(moment.begin, moment.size());
  }
  StepAssignment AssignmentOf(const Moment& moment) const;
  std::vector<int> Required(const Moment& moment, int first, int last,
                            bool serves) const;
  bool CanBe(const Moment& moment, int first, int last, bool serves) const;
  Instant BestFirst(size_t moment, int last, bool serves) const;

  const CompiledSequence& sequence_;
  const int step_count_;
  SequenceMarks marks_;
  absl::InlinedVector<Moment, 8> moments_;
  // By moment and step: the latest first event of a path whose block ends with
  // the step at the moment; Never where there is none.
  absl::InlinedVector<Instant, 8> reached_;
  // By moment and step: how a block that begins with the step is reached.
  absl::InlinedVector<Link, 8> links_;
  // By moment and ending: the first later moment with an event that counts
  // against it; Forever where there is none.
  absl::InlinedVector<Instant, 4> against_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_CHOICES_H_
