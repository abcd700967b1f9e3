#include "rules/engine/sequence/sequence_evaluation.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "rules/engine/timeline/once_stages.h"
#include "rules/engine/timeline/window_interval.h"

namespace audienced {
namespace {

constexpr Interval kAllTime{Instant::Never(), Instant::Forever()};

// What later moments took, as moments are looked at from the latest on: so the
// begin of each interval is not after that of the one before.
class Taken {
 public:
  // Appends what of `interval` nobody has taken yet, and takes it.
  void Take(const Interval& interval, Intervals& parts) {
    Instant begin = interval.begin;
    Instant end = interval.end;
    while (!taken_.empty() && taken_.back().begin <= interval.end) {
      const Interval next = taken_.back();
      taken_.pop_back();
      if (begin < next.begin) parts.push_back({begin, next.begin});
      begin = std::max(begin, next.end);
      end = std::max(end, next.end);
    }
    if (begin < interval.end) parts.push_back({begin, interval.end});
    taken_.push_back({interval.begin, end});
  }

 private:
  Intervals taken_;  // disjoint; the last one is the earliest
};

bool IsAnyMeant(const CompiledSequence& sequence,
                absl::Span<const uint64_t> filters) {
  return std::any_of(sequence.filters.begin(), sequence.filters.end(),
                     [&](const EventFilter& filter) {
                       return HasBit(filters, filter.number);
                     });
}

}  // namespace

SequenceEvaluation::SequenceEvaluation(const CompiledSequence& sequence,
                                       EventSelection& selection,
                                       Instant ends_from, Wanted wanted)
    : sequence_(sequence), told_(wanted) {
  Instant past = selection.TooOld(sequence.horizon);
  if (ends_from != Instant::Never() && sequence.span != kLooksBackForEver) {
    past = std::max(past, Plus(Plus(ends_from, -sequence.span), -1));
  }
  // One of several may begin before what would be looked at.
  const bool is_of_one_event = sequence.steps.size() == 1;
  if (wanted == Wanted::kSignal && is_of_one_event &&
      selection.since() != Instant::Never()) {
    CollectNewest(past, selection);
  } else {
    Collect(selection.FirstAfter(past), selection);
  }
}

// Of two choices the later one leaves the window later. So events before are of
// no use once those behind them hold, from `since` on, for as long as they
// could.
void SequenceEvaluation::CollectNewest(Instant past,
                                       EventSelection& selection) {
  const size_t size = selection.history().size();
  size_t first = size;
  size_t more = size - selection.FirstAfter(selection.since()) + 1;
  while (true) {
    // Those of one instant stay together.
    Instant last = Instant::Forever();
    for (; first > 0 && selection.time(first - 1) > past; --first) {
      const Instant time = selection.time(first - 1);
      if (size - first >= more && time != last) break;
      last = time;
    }
    Collect(first, selection);
    if (first == 0 || selection.time(first - 1) <= past) return;
    const Interval before =
        InsideWindow(sequence_.window, selection.time(first - 1));
    const Interval* found = signal_.Find(selection.since());
    if (found != nullptr && found->end >= before.end) return;
    more *= 2;
  }
}

void SequenceEvaluation::Collect(size_t first, EventSelection& selection) {
  if (sequence_.same.active || HasStages(sequence_.filters, selection)) {
    CollectReadings(first, selection);
  } else {
    CollectPlain(first, selection);
  }
  signal_ = Signal::UnionOf(std::move(holds_));
  holds_.clear();
}

// One group, one stage.
void SequenceEvaluation::CollectPlain(size_t first, EventSelection& selection) {
  const History& history = selection.history();
  SequenceMarks marks;
  for (size_t event = first; event < history.size(); ++event) {
    const SequenceMark mark =
        MarkOf(selection, selection.class_id(event), event, kAllTime);
    if (!mark.empty()) marks.push_back(mark);
  }
  AddGroup(kAbsent, std::move(marks), kAllTime, selection);
}

void SequenceEvaluation::CollectReadings(size_t first,
                                         EventSelection& selection) {
  const History& history = selection.history();
  Readings readings;
  Readings common;  // against every value
  for (size_t event = first; event < history.size(); ++event) {
    const uint32_t whole = selection.class_id(event);
    if (sequence_.is_seen_whole &&
        !IsAnyMeant(sequence_, selection.projection().FiltersOf(whole))) {
      continue;
    }
    const auto values = selection.ValuesOf(sequence_.same, event);
    for (const auto& [value, class_id] : values) {
      const SequenceMark mark = MarkOf(selection, class_id, event, kAllTime);
      if (!mark.empty()) readings.push_back({value, mark, class_id});
    }
    if (!values.empty()) continue;
    SequenceMark mark = MarkOf(selection, whole, event, kAllTime);
    mark.takes = 0;
    if (!mark.empty()) common.push_back({kAbsent, mark, whole});
  }
  AddValues(std::move(readings), common, selection);
}

void SequenceEvaluation::AddValues(Readings readings, const Readings& common,
                                   EventSelection& selection) {
  const auto is_earlier = [](const Reading& left, const Reading& right) {
    return left.mark.event < right.mark.event;
  };
  std::sort(readings.begin(), readings.end(),
            [](const Reading& left, const Reading& right) {
              return std::tie(left.value, left.mark.event) <
                     std::tie(right.value, right.mark.event);
            });
  for (size_t begin = 0; begin < readings.size();) {
    const Cell value = readings[begin].value;
    size_t end = begin + 1;
    while (end < readings.size() && readings[end].value == value) ++end;
    const auto of_value =
        absl::MakeConstSpan(readings).subspan(begin, end - begin);
    begin = end;
    if (common.empty()) {
      AddStages(value, of_value, selection);
      continue;
    }
    Readings all;
    std::merge(of_value.begin(), of_value.end(), common.begin(), common.end(),
               std::back_inserter(all), is_earlier);
    AddStages(value, all, selection);
  }
}

void SequenceEvaluation::AddStages(Cell value,
                                   absl::Span<const Reading> readings,
                                   EventSelection& selection) {
  SequenceMarks marks;
  if (!HasStages(sequence_.filters, selection)) {
    for (const Reading& reading : readings) marks.push_back(reading.mark);
    AddGroup(value, std::move(marks), kAllTime, selection);
    return;
  }
  for (const Interval& stage : StagesOf(readings, selection)) {
    marks.clear();
    for (const Reading& reading : readings) {
      SequenceMark mark =
          MarkOf(selection, reading.class_id, reading.mark.event, stage);
      mark.takes &= reading.mark.takes;
      if (!mark.empty()) marks.push_back(mark);
    }
    AddGroup(value, marks, stage, selection);
  }
}

void SequenceEvaluation::AddGroup(Cell value, SequenceMarks marks,
                                  const Interval& stage,
                                  const EventSelection& selection) {
  const StepSet last_step = StepSet{1} << (sequence_.steps.size() - 1);
  const bool can_end = std::any_of(
      marks.begin(), marks.end(),
      [&](const SequenceMark& mark) { return (mark.takes & last_step) != 0; });
  if (!can_end) return;
  SequenceChoices choices(sequence_, std::move(marks));
  Pieces pieces = PiecesOf(choices, stage, selection);
  if (pieces.empty()) return;
  for (const Piece& piece : pieces) holds_.push_back(piece.holds);
  if (told_ == Wanted::kSignal) return;
  groups_.push_back({value, std::move(choices), std::move(pieces)});
}

// A choice counts until its first event is beyond retention. With
// `anchor: last` a moment is the last chosen one while it lies in the window,
// some choice to it counts, and of no later moment both is true.
SequenceEvaluation::Pieces SequenceEvaluation::PiecesOf(
    const SequenceChoices& choices, const Interval& stage,
    const EventSelection& selection) const {
  Pieces pieces;
  Taken taken;
  Intervals chosen;
  for (size_t moment = choices.moment_count(); moment-- > 0;) {
    const Instant first = choices.FirstOf(moment, /*serves=*/false);
    if (first == Instant::Never()) continue;
    Interval inside =
        Overlap(stage, InsideWindow(sequence_.window, choices.time(moment)));
    inside.end = std::min(inside.end, selection.Expiry(first));
    if (inside.empty()) continue;
    chosen.clear();
    if (sequence_.anchor == Sequence::Anchor::kLast) {
      taken.Take(inside, chosen);
    } else {
      chosen.push_back(inside);
    }
    const Instant serving = choices.FirstOf(moment, /*serves=*/true);
    if (chosen.empty() || serving == Instant::Never()) continue;
    Interval ending = choices.EndingHolds(moment);
    ending.end = std::min(ending.end, selection.Expiry(serving));
    for (const Interval& part : chosen) {
      const Interval holds = Overlap(part, ending);
      if (!holds.empty()) pieces.push_back({holds, moment});
    }
  }
  return pieces;
}

std::vector<Interval> SequenceEvaluation::StagesOf(
    absl::Span<const Reading> readings, EventSelection& selection) const {
  std::vector<Instant> breaks;
  for (const auto& [value, mark, class_id] : readings) {
    for (const EventFilter& filter : sequence_.filters) {
      const Interval counted = selection.Counted(filter, class_id, mark.event);
      if (BeginsLate(counted, mark.time)) {
        breaks.push_back(counted.begin);
      }
    }
  }
  return StagesBetween(std::move(breaks));
}

SequenceMark SequenceEvaluation::MarkOf(EventSelection& selection,
                                        uint32_t class_id, size_t event,
                                        const Interval& stage) const {
  const Instant time = selection.time(event);
  const absl::Span<const uint64_t> filters =
      selection.projection().FiltersOf(class_id);
  const auto is_meant = [&](const EventFilter& filter) {
    if (!HasBit(filters, filter.number)) return false;
    if (stage == kAllTime && !filter.has_once) return true;
    const Interval counted = selection.Counted(filter, class_id, event);
    // Over all time: whether it ever counts.
    return stage == kAllTime ? !counted.empty()
                             : CountsDuring(counted, time, stage);
  };
  SequenceMark mark;
  mark.event = event;
  mark.time = time;
  for (size_t i = 0; i < sequence_.steps.size(); ++i) {
    const CompiledSequence::DidStep& step = sequence_.steps[i];
    const StepSet bit = StepSet{1} << i;
    if (is_meant(step.filter)) mark.takes |= bit;
    for (const EventFilter& absent : step.absent) {
      if (is_meant(absent)) mark.breaks |= bit;
    }
  }
  for (size_t j = 0; j < sequence_.endings.size(); ++j) {
    if (is_meant(sequence_.endings[j].filter)) mark.ends |= uint64_t{1} << j;
  }
  return mark;
}

Evidence SequenceEvaluation::EvidenceAt(Instant t,
                                        const EventSelection& selection) const {
  Evidence evidence;
  const Instant after = selection.ExpiredAt(t);
  for (const Group& group : groups_) {
    Evidence of_group;
    for (const Piece& piece : group.pieces) {
      if (!piece.holds.Contains(t)) continue;
      const std::vector<size_t> events =
          group.choices.EventsOf(piece.moment, after);
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

void SequenceEvaluation::OfferBreaks(const EventSelection& selection,
                                     NextInstant& next) const {
  for (const Group& group : groups_) {
    // Choices end with their first events.
    for (size_t moment = 0; moment < group.choices.moment_count(); ++moment) {
      if (!group.choices.Begins(moment)) continue;
      next.Offer(selection.Expiry(group.choices.time(moment)));
    }
    for (const Piece& piece : group.pieces) {
      next.Offer(piece.holds.begin);
      next.Offer(piece.holds.end);
    }
  }
}

}  // namespace audienced
