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

double HoldoutOf(const Audience& audience) {
  constexpr double kWhole = 100.0 * Decimal::kScale;
  return audience.holdout
             ? static_cast<double>(audience.holdout->percent.millionths) /
                   kWhole
             : 0;
}

Backtest::Backtest(BacktestQuestion question) : question_(std::move(question)) {
  for (Part& part : parts_) {
    part.entries.resize(question_.span.day_count());
    part.exits.resize(question_.span.day_count());
  }
}

void Backtest::Add(Evaluation& evaluation) {
  const Instant since = question_.span.since();
  const Instant until = question_.span.until();
  const int64_t within = absl::ToInt64Microseconds(question_.within);
  Part& part = parts_[evaluation.HeldOut(question_.audience) ? 1 : 0];
  ++profiles_;
  bool entered = false;
  bool was_in = false;  // before the span
  for (const Interval& stay :
       evaluation.AudienceTimeline(question_.audience).intervals()) {
    if (stay.begin >= until) break;
    was_in = was_in || stay.begin < since;
    if (stay.end < since) continue;
    if (stay.end < until) {
      ++part.exits[DayOf(stay.end)];
      stays_.push_back(stay.end.micros - stay.begin.micros);
    } else {
      ++running_;
    }
    if (stay.begin < since) {
      ++part.size_before;
      continue;
    }
    ++part.entries[DayOf(stay.begin)];
    const bool is_first = !entered && !was_in;
    entered = true;
    if (Plus(stay.begin, within) > question_.span.known_until) {
      ++recent_entries_;
      continue;
    }
    const int64_t reached = ReachesGoal(evaluation, stay.begin) ? 1 : 0;
    ++part.conversion.entries;
    part.conversion.reached += reached;
    if (!is_first) continue;
    ++part.profiles.people;
    part.profiles.reached += reached;
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

void Backtest::Merge(const Backtest& other) {
  profiles_ += other.profiles_;
  entered_profiles_ += other.entered_profiles_;
  recent_entries_ += other.recent_entries_;
  running_ += other.running_;
  for (size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    const Part& more = other.parts_[i];
    part.size_before += more.size_before;
    AddTo(part.entries, more.entries);
    AddTo(part.exits, more.exits);
    part.conversion.entries += more.conversion.entries;
    part.conversion.reached += more.conversion.reached;
    part.profiles.people += more.profiles.people;
    part.profiles.reached += more.profiles.reached;
  }
  stays_.insert(stays_.end(), other.stays_.begin(), other.stays_.end());
}

BacktestReport Backtest::Report() const {
  const auto& [published, held_out] = parts_;
  BacktestReport report;
  report.profiles = profiles_;
  report.size_before = published.size_before + held_out.size_before;
  report.entered_profiles = entered_profiles_;
  report.recent_entries = recent_entries_;
  report.published = published.conversion;
  report.held_out = held_out.conversion;
  report.effect = Effect();
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

std::optional<HoldoutEffect> Backtest::Effect() const {
  HoldoutEffect effect;
  effect.published = parts_[0].profiles;
  effect.held_out = parts_[1].profiles;
  if (question_.holdout <= 0 || question_.holdout >= 1 ||
      question_.goal.empty() || effect.published.people == 0 ||
      effect.held_out.people == 0) {
    return std::nullopt;
  }
  effect.lift = RatioOf(effect.published, effect.held_out);
  effect.chance = DifferByChance(effect.published, effect.held_out);
  effect.split_chance =
      DiffersByChance({effect.held_out.people,
                       effect.published.people + effect.held_out.people},
                      question_.holdout);
  return effect;
}

}  // namespace audienced
