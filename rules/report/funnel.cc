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

Funnel::Funnel(FunnelQuestion question, const Rulebook& rulebook)
    : span_(std::move(question.span)) {
  const Ladder& ladder = rulebook.ladders[question.ladder];
  conversions_ = RungsOf(rulebook, ladder);
  if (ladder.all_within) {
    all_within_ = absl::ToInt64Microseconds(*ladder.all_within);
  }
  rungs_.resize(conversions_.size());
}

void Funnel::Add(Evaluation& evaluation) {
  ++profiles_;
  FindClimbs(evaluation.conditions().selection());
  const std::vector<Instant> run = LongestRun();
  if (run.empty()) return;
  Rung& highest = rungs_[run.size() - 1];
  ++highest.stopped;
  if (run.size() < rungs_.size() && MayStillClimb()) ++highest.under_way;
  for (size_t i = 1; i < run.size(); ++i) {
    rungs_[i].from_previous.push_back(run[i].micros - run[i - 1].micros);
    rungs_[i].from_first.push_back(run[i].micros - run[0].micros);
  }
}

void Funnel::FindClimbs(EventSelection& selection) {
  climbs_.clear();
  last_.assign(conversions_.size(), Instant::Never());
  const auto& filters = selection.program().conversions;
  const History& history = selection.history();
  const auto times = history.times();
  const auto first =
      std::lower_bound(times.begin(), times.end(), span_.since());
  for (size_t event = first - times.begin(); event < history.size(); ++event) {
    Climb climb{selection.time(event), 0};
    if (climb.time >= span_.known_until) break;
    for (size_t rung = 0; rung < conversions_.size(); ++rung) {
      if (!selection.Selects(filters[conversions_[rung]], event)) continue;
      if (rung == 0 && climb.time >= span_.until()) continue;
      climb.rungs |= StepSet{1} << rung;
      last_[rung] = climb.time;
    }
    if (climb.rungs != 0) climbs_.push_back(climb);
  }
}

// A run that is longer than the best so far has an event of the next rung
// behind its first one.
std::vector<Instant> Funnel::LongestRun() const {
  std::vector<Instant> longest;
  for (size_t i = 0; i < climbs_.size(); ++i) {
    if (longest.size() == rungs_.size()) break;
    if ((climbs_[i].rungs & 1) == 0) continue;
    if (last_[longest.size()] < climbs_[i].time) break;
    std::vector<Instant> run = RunFrom(climbs_, i, rungs_.size(), all_within_);
    if (run.size() > longest.size()) longest = std::move(run);
  }
  return longest;
}

bool Funnel::MayStillClimb() const {
  return all_within_ == 0 || Plus(last_[0], all_within_) > span_.known_until;
}

void Funnel::Merge(const Funnel& part) {
  profiles_ += part.profiles_;
  for (size_t i = 0; i < rungs_.size(); ++i) {
    rungs_[i].stopped += part.rungs_[i].stopped;
    rungs_[i].under_way += part.rungs_[i].under_way;
    Append(rungs_[i].from_previous, part.rungs_[i].from_previous);
    Append(rungs_[i].from_first, part.rungs_[i].from_first);
  }
}

FunnelReport Funnel::Report() const {
  FunnelReport report;
  report.profiles = profiles_;
  report.rungs.resize(rungs_.size());
  int64_t reached = 0;
  for (size_t i = rungs_.size(); i-- > 0;) {
    const Rung& rung = rungs_[i];
    reached += rung.stopped;
    report.rungs[i] = {reached, rung.stopped, rung.under_way,
                       QuartilesOf(rung.from_previous),
                       QuartilesOf(rung.from_first)};
  }
  return report;
}

}  // namespace audienced
