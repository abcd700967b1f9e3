#ifndef AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_EVALUATION_H_
#define AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_EVALUATION_H_

#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "rules/engine/sequence/sequence_choices.h"
#include "rules/engine/timeline/event_selection.h"
#include "rules/engine/timeline/evidence.h"
#include "rules/engine/timeline/signal.h"

namespace audienced {

// A `sequence` over one history: its timeline and, at each instant, the events
// of the choices that satisfy it.
class SequenceEvaluation {
 public:
  // Where the caller knows that no choice with its last event before
  // `ends_from` matters to what it asks, events that only such a choice can
  // have are left out.
  SequenceEvaluation(const CompiledSequence& sequence,
                     EventSelection& selection, Instant ends_from,
                     Wanted wanted);

  const Signal& signal() const { return signal_; }
  // The others are to be called only if this says kEvidence.
  Wanted told() const { return told_; }
  // The events of every choice that satisfies the sequence at `t`.
  Evidence EvidenceAt(Instant t, const EventSelection& selection) const;
  // Offers the instants at which EvidenceAt() can change.
  void OfferBreaks(const EventSelection& selection, NextInstant& next) const;

 private:
  // While choices that end at one moment satisfy the sequence.
  struct Piece {
    Interval holds;
    size_t moment = 0;
  };
  using Pieces = absl::InlinedVector<Piece, 2>;
  // One value of `same` during one stage (timeline/once_stages.h).
  struct Group {
    Cell value = kAbsent;
    SequenceChoices choices;
    Pieces pieces;
  };
  // An event as it is read for one value.
  struct Reading {
    Cell value = kAbsent;
    SequenceMark mark;  // what it is in any stage
    uint32_t class_id = 0;
  };
  using Readings = absl::InlinedVector<Reading, 8>;

  // Of the events from `first` on; or of those after `past`, as far back as the
  // signal needs it.
  void Collect(size_t first, EventSelection& selection);
  void CollectNewest(Instant past, EventSelection& selection);
  // `readings` is in order of time.
  void CollectPlain(size_t first, EventSelection& selection);
  void CollectReadings(size_t first, EventSelection& selection);
  void AddValues(Readings readings, const Readings& common,
                 EventSelection& selection);
  void AddStages(Cell value, absl::Span<const Reading> readings,
                 EventSelection& selection);
  void AddGroup(Cell value, SequenceMarks marks, const Interval& stage,
                const EventSelection& selection);
  Pieces PiecesOf(const SequenceChoices& choices, const Interval& stage,
                  const EventSelection& selection) const;
  std::vector<Interval> StagesOf(absl::Span<const Reading> readings,
                                 EventSelection& selection) const;
  // What an event can be during `stage`.
  SequenceMark MarkOf(EventSelection& selection, uint32_t class_id,
                      size_t event, const Interval& stage) const;

  const CompiledSequence& sequence_;
  const Wanted told_;
  std::vector<Group> groups_;  // of kEvidence
  Intervals holds_;
  Signal signal_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_EVALUATION_H_
