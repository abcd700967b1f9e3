#include "rules/engine/timeline/score_timeline.h"

#include <algorithm>
#include <cmath>

namespace audienced {
namespace {

constexpr Micros kMillisecond = 1000;

double ToDouble(Decimal decimal) {
  return static_cast<double>(decimal.millionths) / Decimal::kScale;
}

// Sums of decimals in doubles carry a rounding error; two scores this close are
// the same.
bool Near(double left, double right) {
  return std::abs(left - right) <= 1e-9 * std::max(1.0, std::abs(right));
}

// The sum of the quantities of the event's items; 1 without items.
double QuantityOf(size_t event, const EventSelection& selection) {
  const History& history = selection.history();
  const size_t begin = history.item_begin(event);
  const size_t end = history.item_end(event);
  if (begin == end) return 1;
  double total = 0;
  for (size_t item = begin; item < end; ++item) {
    const Cell cell =
        history.item_cell(item, selection.program().quantity_column);
    total += cell == kAbsent ? 1 : ToDouble({cell});
  }
  return total;
}

}  // namespace

bool Holds(const Comparison& comparison, double score) {
  const double bound = ToDouble(comparison.bound);
  const bool equal = Near(score, bound);
  switch (comparison.kind) {
    case Comparison::Kind::kExactly:
      return equal;
    case Comparison::Kind::kAtLeast:
      return equal || score > bound;
    case Comparison::Kind::kAtMost:
      return equal || score < bound;
    case Comparison::Kind::kAbove:
      return !equal && score > bound;
    case Comparison::Kind::kBelow:
      return !equal && score < bound;
    case Comparison::Kind::kBetween: {
      const double upper = ToDouble(comparison.upper);
      return (equal || score > bound) && (Near(score, upper) || score < upper);
    }
  }
  return false;
}

ScoreTimeline::ScoreTimeline(const ScoreProgram& score,
                             EventSelection& selection)
    : half_life_(score.half_life) {
  const History& history = selection.history();
  std::vector<Turn> turns;
  for (size_t event = 0; event < history.size(); ++event) {
    const Instant time = selection.time(event);
    for (const ScoreProgram::Points& entry : score.points) {
      const Interval counted = selection.Counted(entry.filter, event);
      const double points =
          ToDouble(entry.points) *
          (score.by_quantity ? QuantityOf(event, selection) : 1);
      if (counted.empty() || points == 0) continue;
      const auto worth = [&](Instant at) {
        return DecayedBy(points, at.micros - time.micros);
      };
      turns.push_back({counted.begin, worth(counted.begin), 1});
      if (counted.end == Instant::Forever()) continue;
      turns.push_back({counted.end, -worth(counted.end), -1});
    }
  }
  std::stable_sort(turns.begin(), turns.end(),
                   [](const Turn& left, const Turn& right) {
                     return left.time < right.time;
                   });
  AddSteps(turns);
}

void ScoreTimeline::AddSteps(const std::vector<Turn>& turns) {
  int counted = 0;
  for (size_t i = 0; i < turns.size();) {
    const Instant time = turns[i].time;
    double score = At(time);
    for (; i < turns.size() && turns[i].time == time; ++i) {
      score += turns[i].points;
      counted += turns[i].events;
    }
    // Of what came and went nothing is left, not even an error of rounding.
    steps_.push_back({time, counted == 0 ? 0 : score});
  }
}

double ScoreTimeline::DecayedBy(double score, Micros micros) const {
  if (half_life_ == 0) return score;
  return score * std::exp2(-static_cast<double>(micros) /
                           static_cast<double>(half_life_));
}

double ScoreTimeline::At(Instant t) const {
  const auto after = std::upper_bound(
      steps_.begin(), steps_.end(), t,
      [](Instant at, const Step& step) { return at < step.time; });
  if (after == steps_.begin()) return 0;
  const Step& step = *(after - 1);
  return DecayedBy(step.score, t.micros - step.time.micros);
}

Instant ScoreTimeline::Crossing(const Step& step, double bound) const {
  if (half_life_ == 0 || bound == 0) return Instant::Forever();
  const double ratio = Near(step.score, bound) ? 1 : step.score / bound;
  if (ratio < 1) return Instant::Forever();
  const double micros = static_cast<double>(half_life_) * std::log2(ratio);
  if (!(micros < 9e18)) return Instant::Forever();
  const Micros whole = std::llround(micros / kMillisecond) * kMillisecond;
  return Plus(step.time, whole);
}

Signal ScoreTimeline::Compare(const Comparison& comparison,
                              Interval universe) const {
  Intervals holds;
  const auto add = [&](Interval interval, double score) {
    if (Holds(comparison, score)) holds.push_back(interval);
  };
  const Instant first = steps_.empty() ? universe.end : steps_.front().time;
  add({universe.begin, first}, 0);
  for (size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    const Instant end =
        i + 1 < steps_.size() ? steps_[i + 1].time : universe.end;
    // Cut where a bound is crossed; at the very instant of a crossing the score
    // is the bound.
    std::vector<std::pair<Instant, double>> crossings;
    for (const Decimal bound : {comparison.bound, comparison.upper}) {
      const Instant at = Crossing(step, ToDouble(bound));
      if (at < end) crossings.emplace_back(at, ToDouble(bound));
    }
    std::sort(crossings.begin(), crossings.end());
    Instant begin = step.time;
    double from = step.score;
    for (const auto& [at, bound] : crossings) {
      // Half way in decay, so surely on one side of every bound.
      add({begin, at}, (from + bound) / 2);
      add({at, Plus(at, 1)}, bound);
      begin = Plus(at, 1);
      from = bound;
    }
    // Behind the last crossing the score is just closer to zero than the bound.
    add({begin, end}, crossings.empty() ? from : from * 0.999999);
  }
  return Intersect(Signal::UnionOf(std::move(holds)), Signal(universe));
}

}  // namespace audienced
