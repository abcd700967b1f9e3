#include "rules/engine/sequence/sequence_evaluation.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "rules/engine/timeline/window_interval.h"

namespace audienced {

SequenceEvaluation::SequenceEvaluation(const CompiledSequence& sequence,
                                       EventSelection& selection)
    : sequence_(sequence) {
  const History& history = selection.history();
  std::map<Cell, std::vector<SequenceMark>> marks;
  std::vector<SequenceMark> common;  // against every value
  for (size_t event = 0; event < history.size(); ++event) {
    const auto values = selection.ValuesOf(sequence.same, event);
    for (const auto& [value, class_id] : values) {
      const SequenceMark mark = MarkOf(selection, class_id, event);
      if (mark.takes != 0 || mark.breaks != 0 || mark.ends != 0) {
        marks[value].push_back(mark);
      }
    }
    if (!values.empty()) continue;
    SequenceMark mark = MarkOf(selection, history.class_id(event), event);
    mark.takes = 0;
    if (mark.breaks != 0 || mark.ends != 0) common.push_back(mark);
  }
  for (auto& [value, of_value] : marks) {
    AddGroup(value, std::move(of_value), common, history);
  }
  std::vector<Interval> holds;
  for (const Group& group : groups_) {
    for (const Piece& piece : group.pieces) holds.push_back(piece.holds);
  }
  signal_ = Signal::UnionOf(std::move(holds));
}

void SequenceEvaluation::AddGroup(Cell value, std::vector<SequenceMark> marks,
                                  const std::vector<SequenceMark>& common,
                                  const History& history) {
  const bool has_step =
      std::any_of(marks.begin(), marks.end(),
                  [](const SequenceMark& mark) { return mark.takes != 0; });
  if (!has_step) return;
  std::vector<SequenceMark> all;
  std::merge(marks.begin(), marks.end(), common.begin(), common.end(),
             std::back_inserter(all),
             [](const SequenceMark& left, const SequenceMark& right) {
               return left.event < right.event;
             });
  SequenceChoices choices(sequence_, all, history);
  std::vector<Piece> pieces = PiecesOf(choices);
  if (pieces.empty()) return;
  groups_.push_back({value, std::move(choices), std::move(pieces)});
}

// With `anchor: last` a moment is the last chosen one from when it enters the
// window until a later one does, or until it leaves the window itself.
std::vector<SequenceEvaluation::Piece> SequenceEvaluation::PiecesOf(
    const SequenceChoices& choices) const {
  std::vector<Piece> pieces;
  Instant next_begin = Instant::Forever();  // of the next moment in the window
  for (size_t moment = choices.moment_count(); moment-- > 0;) {
    if (!choices.Completes(moment, /*serves=*/false)) continue;
    const Interval inside = InsideWindow(sequence_.window, choices.time(moment),
                                         sequence_.time_zone);
    if (inside.empty()) continue;
    Interval holds = inside;
    if (sequence_.anchor == Sequence::Anchor::kLast) {
      holds.end = std::min(holds.end, next_begin);
      next_begin = std::min(next_begin, inside.begin);
    }
    if (holds.empty() || !choices.Completes(moment, /*serves=*/true)) continue;
    const Interval ending = choices.EndingHolds(moment);
    holds = {std::max(holds.begin, ending.begin),
             std::min(holds.end, ending.end)};
    if (!holds.empty()) pieces.push_back({holds, moment});
  }
  return pieces;
}

SequenceMark SequenceEvaluation::MarkOf(EventSelection& selection,
                                        uint32_t class_id, size_t event) const {
  SequenceMark mark;
  mark.event = event;
  for (size_t i = 0; i < sequence_.steps.size(); ++i) {
    const CompiledSequence::DidStep& step = sequence_.steps[i];
    const StepSet bit = StepSet{1} << i;
    if (selection.Selects(step.filter, class_id, event)) mark.takes |= bit;
    for (const EventFilter& absent : step.absent) {
      if (selection.Selects(absent, class_id, event)) mark.breaks |= bit;
    }
  }
  for (size_t j = 0; j < sequence_.endings.size(); ++j) {
    if (selection.Selects(sequence_.endings[j].filter, class_id, event)) {
      mark.ends |= uint64_t{1} << j;
    }
  }
  return mark;
}

Evidence SequenceEvaluation::EvidenceAt(Instant t,
                                        const EventSelection& selection) const {
  Evidence evidence;
  for (const Group& group : groups_) {
    Evidence of_group;
    for (const Piece& piece : group.pieces) {
      if (!piece.holds.Contains(t)) continue;
      const std::vector<size_t> events = group.choices.EventsOf(piece.moment);
      of_group.events.insert(of_group.events.end(), events.begin(),
                             events.end());
    }
    if (of_group.events.empty()) continue;
    for (const size_t event : of_group.events) {
      selection.AppendItems(sequence_.same, group.value, event, of_group.items);
    }
    if (sequence_.same.active) {
      of_group.values.emplace_back(selection.projection().Text(group.value));
    }
    Merge(evidence, of_group);
  }
  return evidence;
}

void SequenceEvaluation::AppendBreaks(std::vector<Instant>& breaks) const {
  for (const Group& group : groups_) {
    for (const Piece& piece : group.pieces) {
      breaks.push_back(piece.holds.begin);
      breaks.push_back(piece.holds.end);
    }
  }
}

}  // namespace audienced
