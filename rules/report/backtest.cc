#include "rules/report/backtest.h"

#include <algorithm>
#include <utility>

#include "rules/engine/conditions.h"
#include "rules/report/goal.h"

namespace audienced {
namespace {

void AddTo(std::vector<int64_t>& sums, const std::vector<int64_t>& more) {
  for (size_t i = 0; i < sums.size(); ++i) sums[i] += more[i];
}

}  // namespace

Backtest::Backtest(BacktestQuestion question) : question_(std::move(question)) {
  for (Share& share : shares_) {
    share.entries.resize(question_.span.day_count());
    share.exits.resize(question_.span.day_count());
  }
}

void Backtest::Add(Evaluation& evaluation) {
  const Instant since = question_.span.since();
  const Instant until = question_.span.until();
  const int64_t within = absl::ToInt64Microseconds(question_.within);
  Share& share = shares_[evaluation.HeldOut(question_.audience) ? 1 : 0];
  ++profiles_;
  bool entered = false;
  for (const Interval& stay :
       evaluation.AudienceTimeline(question_.audience).intervals()) {
    if (stay.begin >= until) break;
    if (stay.end < since) continue;
    if (stay.end < until) {
      ++share.exits[DayOf(stay.end)];
      stays_.push_back(stay.end.micros - stay.begin.micros);
    } else {
      ++running_;
    }
    if (stay.begin < since) {
      ++share.size_before;
      continue;
    }
    ++share.entries[DayOf(stay.begin)];
    entered = true;
    if (Plus(stay.begin, within) > question_.span.known_until) {
      ++recent_entries_;
    } else {
      ++share.conversion.entries;
      if (ReachesGoal(evaluation, stay.begin)) ++share.conversion.reached;
    }
  }
  if (entered) ++entered_profiles_;
}

size_t Backtest::DayOf(Instant t) const {
  const std::vector<Instant>& edges = question_.span.edges;
  return std::upper_bound(edges.begin(), edges.end(), t) - edges.begin() - 1;
}

bool Backtest::ReachesGoal(Evaluation& evaluation, Instant entered) const {
  EventSelection& selection = evaluation.conditions().selection();
  const auto times = selection.history().times();
  const Instant end =
      Plus(entered, absl::ToInt64Microseconds(question_.within));
  const auto first = std::upper_bound(times.begin(), times.end(), entered);
  for (auto time = first; time != times.end() && *time < end; ++time) {
    const size_t event = time - times.begin();
    if (IsAnyOf(question_.goal, selection, event)) return true;
  }
  return false;
}

void Backtest::Merge(const Backtest& part) {
  profiles_ += part.profiles_;
  entered_profiles_ += part.entered_profiles_;
  recent_entries_ += part.recent_entries_;
  running_ += part.running_;
  for (size_t i = 0; i < shares_.size(); ++i) {
    Share& share = shares_[i];
    const Share& more = part.shares_[i];
    share.size_before += more.size_before;
    AddTo(share.entries, more.entries);
    AddTo(share.exits, more.exits);
    share.conversion.entries += more.conversion.entries;
    share.conversion.reached += more.conversion.reached;
  }
  stays_.insert(stays_.end(), part.stays_.begin(), part.stays_.end());
}

BacktestReport Backtest::Report() const {
  const auto& [published, held_out] = shares_;
  BacktestReport report;
  report.profiles = profiles_;
  report.size_before = published.size_before + held_out.size_before;
  report.entered_profiles = entered_profiles_;
  report.recent_entries = recent_entries_;
  report.published = published.conversion;
  report.held_out = held_out.conversion;
  report.stays = {static_cast<int64_t>(stays_.size()), running_,
                  QuartilesOf(stays_)};
  int64_t size = report.size_before;
  int64_t size_held_out = held_out.size_before;
  for (size_t i = 0; i < question_.span.day_count(); ++i) {
    BacktestDay day;
    day.day = question_.span.day(i);
    day.entries = published.entries[i] + held_out.entries[i];
    day.exits = published.exits[i] + held_out.exits[i];
    size += day.entries - day.exits;
    size_held_out += held_out.entries[i] - held_out.exits[i];
    day.size = size;
    day.held_out = size_held_out;
    report.entries += day.entries;
    report.exits += day.exits;
    report.days.push_back(day);
  }
  return report;
}

}  // namespace audienced
