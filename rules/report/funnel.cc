#include "rules/report/funnel.h"

#include <algorithm>
#include <utility>

#include "rules/engine/conditions.h"
#include "rules/report/goal.h"

namespace audienced {
namespace {

void Append(std::vector<int64_t>& all, const std::vector<int64_t>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

Funnel::Funnel(const FunnelQuestion& question, const Rulebook& rulebook)
    : span_(question.span) {
  const Ladder& ladder = rulebook.ladders[question.ladder];
  conversions_ = RungsOf(rulebook, ladder);
  if (ladder.all_within) {
    all_within_ = absl::ToInt64Microseconds(*ladder.all_within);
  }
  settled_before_ = all_within_ == 0 ? Instant::Forever()
                                     : Plus(span_.known_until, 1 - all_within_);
  rungs_.resize(conversions_.size());
  times_.resize(conversions_.size());
}

void Funnel::Add(Evaluation& evaluation) {
  ++profiles_;
  FindClimbs(evaluation.conditions().selection());
  const std::vector<Instant> run = LongestRun(Instant::Forever());
  if (run.empty()) return;
  Rung& highest = rungs_[run.size() - 1];
  ++highest.stopped;
  const bool is_over = LastOf(0) < settled_before_;
  if (run.size() < rungs_.size() && (all_within_ == 0 || !is_over)) {
    ++highest.under_way;
  }
  const std::vector<Instant> settled =
      is_over ? run : LongestRun(settled_before_);
  if (!settled.empty()) ++rungs_[settled.size() - 1].stopped_settled;
  for (size_t i = 1; i < run.size(); ++i) {
    rungs_[i].from_previous.push_back(run[i].micros - run[i - 1].micros);
    rungs_[i].from_first.push_back(run[i].micros - run[0].micros);
  }
}

void Funnel::FindClimbs(EventSelection& selection) {
  climbs_.clear();
  for (std::vector<Instant>& times : times_) times.clear();
  const auto& filters = selection.program().conversions;
  const History& history = selection.history();
  const auto times = history.times();
  if (!times.empty()) first_event_ = std::min(first_event_, times[0]);
  const auto first = std::lower_bound(times.begin(), times.end(), span_.since);
  for (size_t event = first - times.begin(); event < history.size(); ++event) {
    Climb climb{selection.time(event), 0};
    if (climb.time >= span_.known_until) break;
    for (size_t rung = 0; rung < conversions_.size(); ++rung) {
      if (!selection.Selects(filters[conversions_[rung]], event)) continue;
      if (rung == 0 && climb.time >= span_.until) continue;
      climb.rungs |= StepSet{1} << rung;
      times_[rung].push_back(climb.time);
    }
    if (climb.rungs != 0) climbs_.push_back(climb);
  }
}

// Of runs that begin before `begun_before`. One that is longer than the best so
// far has an event of the next rung behind its first one. Where that rung comes
// too late for a run, it does for all that begin later and yet so long before
// it; without `all_within` none is longer than those that begin first.
std::vector<Instant> Funnel::LongestRun(Instant begun_before) const {
  std::vector<Instant> longest;
  Instant last_start = Instant::Forever();
  Instant too_early = Instant::Never();
  for (size_t i = 0; i < climbs_.size(); ++i) {
    const Instant time = climbs_[i].time;
    if (longest.size() == rungs_.size() || time >= begun_before) break;
    if ((climbs_[i].rungs & 1) == 0) continue;
    if (last_start < time && time <= too_early) continue;
    if (LastOf(longest.size()) < time) break;
    if (all_within_ == 0 && !longest.empty() && time > longest[0]) break;
    std::vector<Instant> run = RunFrom(climbs_, i, rungs_.size(), all_within_);
    if (run.size() < rungs_.size() && all_within_ != 0) {
      last_start = time;
      too_early = Plus(NextOf(run.size(), run.back()), -all_within_);
    }
    if (run.size() > longest.size()) longest = std::move(run);
  }
  return longest;
}

// The last event of that rung; Never if none.
Instant Funnel::LastOf(size_t rung) const {
  return times_[rung].empty() ? Instant::Never() : times_[rung].back();
}

// The first event of that rung after `time`; Forever if none.
Instant Funnel::NextOf(size_t rung, Instant time) const {
  const std::vector<Instant>& times = times_[rung];
  const auto next = std::upper_bound(times.begin(), times.end(), time);
  return next == times.end() ? Instant::Forever() : *next;
}

void Funnel::Merge(const Funnel& part) {
  profiles_ += part.profiles_;
  first_event_ = std::min(first_event_, part.first_event_);
  for (size_t i = 0; i < rungs_.size(); ++i) {
    rungs_[i].stopped += part.rungs_[i].stopped;
    rungs_[i].under_way += part.rungs_[i].under_way;
    rungs_[i].stopped_settled += part.rungs_[i].stopped_settled;
    Append(rungs_[i].from_previous, part.rungs_[i].from_previous);
    Append(rungs_[i].from_first, part.rungs_[i].from_first);
  }
}

FunnelReport Funnel::Report() const {
  FunnelReport report;
  report.profiles = profiles_;
  report.rungs.resize(rungs_.size());
  report.first_event = first_event_;
  int64_t reached = 0;
  int64_t settled = 0;
  for (size_t i = rungs_.size(); i-- > 0;) {
    const Rung& rung = rungs_[i];
    reached += rung.stopped;
    settled += rung.stopped_settled;
    report.rungs[i] = {reached,
                       rung.stopped,
                       rung.under_way,
                       settled,
                       QuartilesOf(rung.from_previous),
                       QuartilesOf(rung.from_first)};
  }
  return report;
}

}  // namespace audienced
