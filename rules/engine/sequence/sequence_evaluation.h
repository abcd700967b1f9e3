#ifndef AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_EVALUATION_H_
#define AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_EVALUATION_H_

#include <vector>

#include "rules/engine/sequence/sequence_choices.h"
#include "rules/engine/timeline/event_selection.h"
#include "rules/engine/timeline/evidence.h"
#include "rules/engine/timeline/signal.h"

namespace audienced {

// A `sequence` over one history: its timeline and, at each instant, the events
// of the choices that satisfy it.
class SequenceEvaluation {
 public:
  SequenceEvaluation(const CompiledSequence& sequence,
                     EventSelection& selection);

  const Signal& signal() const { return signal_; }
  // The events of every choice that satisfies the sequence at `t`.
  Evidence EvidenceAt(Instant t, const EventSelection& selection) const;
  // Appends the instants at which EvidenceAt() can change.
  void AppendBreaks(std::vector<Instant>& breaks) const;

 private:
  // While choices that end at one moment satisfy the sequence.
  struct Piece {
    Interval holds;
    size_t moment = 0;
  };
  struct Group {
    Cell value = kAbsent;  // of `same`
    SequenceChoices choices;
    std::vector<Piece> pieces;
  };

  void AddGroup(Cell value, std::vector<SequenceMark> marks,
                const std::vector<SequenceMark>& common,
                const History& history);
  std::vector<Piece> PiecesOf(const SequenceChoices& choices) const;
  SequenceMark MarkOf(EventSelection& selection, uint32_t class_id,
                      size_t event) const;

  const CompiledSequence& sequence_;
  std::vector<Group> groups_;
  Signal signal_;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_SEQUENCE_SEQUENCE_EVALUATION_H_
