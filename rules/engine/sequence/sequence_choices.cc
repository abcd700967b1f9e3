#include "rules/engine/sequence/sequence_choices.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace audienced {
namespace {

bool Has(uint64_t set, int bit) { return ((set >> bit) & 1) != 0; }

// The first and the last event of a choice are close enough.
bool WithinAll(const CompiledSequence& sequence, Instant first, Instant last) {
  return first != Instant::Never() &&
         (sequence.all_within == 0 ||
          last.micros - first.micros < sequence.all_within);
}

}  // namespace

SequenceChoices::SequenceChoices(const CompiledSequence& sequence,
                                 SequenceMarks marks)
    : sequence_(sequence),
      step_count_(static_cast<int>(sequence.steps.size())),
      marks_(std::move(marks)) {
  GroupMarks();
  reached_.assign(moments_.size() * step_count_, Instant::Never());
  links_.assign(moments_.size() * step_count_, Link{});
  Reach();
  FindAgainst();
}

void SequenceChoices::FindAgainst() {
  const size_t endings = sequence_.endings.size();
  against_.assign(moments_.size() * endings, Instant::Forever());
  absl::InlinedVector<Instant, 4> next(endings, Instant::Forever());
  for (size_t moment = moments_.size(); moment-- > 0;) {
    std::copy(next.begin(), next.end(), against_.begin() + moment * endings);
    for (const SequenceMark& mark : MarksOf(moments_[moment])) {
      for (size_t j = 0; j < endings; ++j) {
        if (Has(mark.ends, static_cast<int>(j))) next[j] = time(moment);
      }
    }
  }
}

void SequenceChoices::GroupMarks() {
  for (uint32_t i = 0; i < marks_.size(); ++i) {
    const Instant time = marks_[i].time;
    if (moments_.empty() || moments_.back().time != time) {
      moments_.push_back({time, i, i});
    }
    moments_.back().end = i + 1;
  }
}

// Moments in order. For each gap before a step, the moments from which the step
// can be reached are a window that only moves forward: a breaking event closes
// what lies before it, `within` closes what lies too far back. The best of a
// moving window is the front of a queue of falling values.
void SequenceChoices::Reach() {
  struct Gap {
    uint32_t* best = nullptr;  // moments [front, back), their reached() falling
    uint32_t front = 0;
    uint32_t back = 0;
    size_t earliest = 0;       // moments before are closed
    size_t next_breaking = 0;  // the last breaking moment before this one
  };
  const size_t count = moments_.size();
  absl::InlinedVector<uint32_t, 32> queues(count * step_count_);
  absl::InlinedVector<Gap, 4> gaps(step_count_);
  for (int step = 1; step < step_count_; ++step) {
    gaps[step].best = queues.data() + count * step;
  }
  for (size_t moment = 0; moment < count; ++moment) {
    const Instant now = moments_[moment].time;
    for (int step = 1; step < step_count_; ++step) {
      Gap& gap = gaps[step];
      gap.earliest = std::max(gap.earliest, gap.next_breaking);
      const Micros within = sequence_.steps[step].within;
      while (within != 0 && gap.earliest < moment &&
             now.micros - moments_[gap.earliest].time.micros >= within) {
        ++gap.earliest;
      }
      while (gap.front < gap.back && gap.best[gap.front] < gap.earliest) {
        ++gap.front;
      }
      Link& into = link(moment, step);
      into.earliest = gap.earliest;
      if (gap.front < gap.back) {
        into.first = reached(gap.best[gap.front], step - 1);
      }
    }
    link(moment, 0).first = now;
    const StepSet breaks = ReachMoment(moment);
    for (int step = 1; step < step_count_; ++step) {
      Gap& gap = gaps[step];
      const Instant first = reached(moment, step - 1);
      if (first != Instant::Never()) {
        while (gap.front < gap.back &&
               reached(gap.best[gap.back - 1], step - 1) <= first) {
          --gap.back;
        }
        gap.best[gap.back++] = static_cast<uint32_t>(moment);
      }
      if (Has(breaks, step)) gap.next_breaking = moment;
    }
  }
}

// Tells the gaps that the moment breaks.
StepSet SequenceChoices::ReachMoment(size_t moment) {
  const Moment& at = moments_[moment];
  StepSet breaks = 0;
  for (const SequenceMark& mark : MarksOf(at)) breaks |= mark.breaks;
  if (at.size() == 1) {
    const StepSet takes = marks_[at.begin].takes;
    for (int step = 0; step < step_count_; ++step) {
      if (Has(takes, step)) reached(moment, step) = link(moment, step).first;
    }
    return breaks;
  }
  for (int last = 0; last < step_count_; ++last) {
    reached(moment, last) = BestFirst(moment, last, /*serves=*/false);
  }
  return breaks;
}

StepAssignment SequenceChoices::AssignmentOf(const Moment& moment) const {
  std::vector<StepSet> takes;
  for (const SequenceMark& mark : MarksOf(moment)) takes.push_back(mark.takes);
  return StepAssignment(std::move(takes));
}

// Whether a block of the steps [first, last] can lie at the moment.
bool SequenceChoices::CanBe(const Moment& moment, int first, int last,
                            bool serves) const {
  if (moment.size() == 1) {
    return first == last && Has(marks_[moment.begin].takes, first);
  }
  return AssignmentOf(moment).Possible(first, last,
                                       Required(moment, first, last, serves));
}

// The events of the moment that a block of the steps [first, last] must use,
// because they would count against it otherwise.
std::vector<int> SequenceChoices::Required(const Moment& moment, int first,
                                           int last, bool serves) const {
  std::vector<int> required;
  const absl::Span<const SequenceMark> marks = MarksOf(moment);
  for (size_t i = 0; i < marks.size(); ++i) {
    const SequenceMark& mark = marks[i];
    bool counts = serves && mark.ends != 0;
    // The gap before step 0 does not exist; the one behind the last neither.
    for (int gap = std::max(first, 1); gap <= last + 1; ++gap) {
      counts |= gap < step_count_ && Has(mark.breaks, gap);
    }
    if (counts) required.push_back(static_cast<int>(i));
  }
  return required;
}

// The latest first event of a path whose last block ends with step `last` at
// `moment`; Never where there is none.
Instant SequenceChoices::BestFirst(size_t moment, int last, bool serves) const {
  const Moment& at = moments_[moment];
  Instant best = Instant::Never();
  for (int first = last; first >= 0; --first) {
    if (last - first >= at.size()) break;
    const Instant candidate = link(moment, first).first;
    if (candidate > best && CanBe(at, first, last, serves)) best = candidate;
  }
  return best;
}

Instant SequenceChoices::FirstOf(size_t moment, bool serves) const {
  const Instant first = serves ? BestFirst(moment, step_count_ - 1, true)
                               : reached(moment, step_count_ - 1);
  return WithinAll(sequence_, first, moments_[moment].time) ? first
                                                            : Instant::Never();
}

bool SequenceChoices::Begins(size_t moment) const {
  const absl::Span<const SequenceMark> marks = MarksOf(moments_[moment]);
  return std::any_of(marks.begin(), marks.end(), [](const SequenceMark& mark) {
    return Has(mark.takes, 0);
  });
}

Interval SequenceChoices::EndingHolds(size_t moment) const {
  const Instant last = moments_[moment].time;
  Interval holds{last, Instant::Forever()};
  for (size_t j = 0; j < sequence_.endings.size(); ++j) {
    const CompiledSequence::Ending& ending = sequence_.endings[j];
    const Instant against = against_[moment * sequence_.endings.size() + j];
    const Instant waited = Plus(last, ending.wait);
    holds.begin = std::max(holds.begin, waited);
    if (!ending.within) {
      holds.end = std::min(holds.end, against);
    } else if (against < waited) {
      holds.end = holds.begin;  // never
    }
  }
  return holds;
}

std::vector<size_t> SequenceChoices::EventsOf(size_t moment,
                                              Instant after) const {
  std::vector<size_t> events;
  absl::flat_hash_set<std::pair<size_t, int>> seen;  // moment, last step
  std::vector<std::pair<size_t, int>> open = {{moment, step_count_ - 1}};
  const Instant end = moments_[moment].time;
  const auto reaches_back = [&](Instant first) {
    return first > after && WithinAll(sequence_, first, end);
  };
  while (!open.empty()) {
    const auto [at, last] = open.back();
    open.pop_back();
    if (!seen.insert({at, last}).second) continue;
    const Moment& here = moments_[at];
    const absl::Span<const SequenceMark> marks = MarksOf(here);
    const StepAssignment assignment = AssignmentOf(here);
    const bool serves = at == moment && last == step_count_ - 1;
    for (int first = last; first >= 0; --first) {
      if (last - first >= here.size()) break;
      const Link& from = link(at, first);
      const std::vector<int> required = Required(here, first, last, serves);
      if (!reaches_back(from.first) ||
          !assignment.Possible(first, last, required)) {
        continue;
      }
      for (size_t i = 0; i < marks.size(); ++i) {
        for (int step = first; step <= last; ++step) {
          if (assignment.PossibleWith(static_cast<int>(i), step, first, last,
                                      required)) {
            events.push_back(marks[i].event);
            break;
          }
        }
      }
      for (size_t before = from.earliest; first > 0 && before < at; ++before) {
        if (reaches_back(reached(before, first - 1))) {
          open.push_back({before, first - 1});
        }
      }
    }
  }
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  return events;
}

}  // namespace audienced
