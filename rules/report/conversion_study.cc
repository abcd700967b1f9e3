#include "rules/report/conversion_study.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rules/engine/conditions.h"

namespace audienced {
namespace {

// To six places; zero where that is beyond a decimal.
Decimal Rounded(double amount) {
  return DecimalFromDouble(amount).value_or(Decimal{});
}

double ToDouble(WideDecimal millionths) {
  return static_cast<double>(millionths) / Decimal::kScale;
}

void AddTo(Share& share, const Share& more) {
  share.reached += more.reached;
  share.people += more.people;
}

Foretelling Compare(const Share& did, const Share& all) {
  Foretelling compared;
  compared.did = did;
  compared.did_not = {all.reached - did.reached, all.people - did.people};
  compared.lift = RatioOf(compared.did, compared.did_not);
  return compared;
}

bool IsSomethingToTell(const Foretelling& compared) {
  return compared.did.people > 0 && compared.did_not.people > 0 &&
         compared.did.reached + compared.did_not.reached > 0;
}

// Tests those of which there is something to tell, all together.
void Judge(const std::vector<Foretelling*>& compared) {
  std::vector<Foretelling*> tested;
  std::vector<double> chances;
  for (Foretelling* one : compared) {
    if (!IsSomethingToTell(*one)) continue;
    one->chance = DifferByChance(one->did, one->did_not);
    tested.push_back(one);
    chances.push_back(one->chance);
  }
  const std::vector<double> rates = FalseDiscoveryRates(chances);
  for (size_t i = 0; i < tested.size(); ++i) {
    tested[i]->false_discovery_rate = rates[i];
    if (rates[i] >= kFalseDiscoveryLimit) {
      tested[i]->verdict = Foretelling::Verdict::kNoDifference;
    } else if (tested[i]->did.value() > tested[i]->did_not.value()) {
      tested[i]->verdict = Foretelling::Verdict::kLikelier;
    } else {
      tested[i]->verdict = Foretelling::Verdict::kUnlikelier;
    }
  }
}

}  // namespace

std::map<std::string, Decimal> ConversionReport::LearnedWorth(
    size_t conversion) const {
  std::map<std::string, Decimal> worth = goal_worth;
  for (auto& [currency, amount] : worth) {
    amount = Rounded(ToDouble(amount.millionths) *
                     conversions[conversion].later.value());
  }
  return worth;
}

ConversionStudy::ConversionStudy(ConversionQuestion question,
                                 const Rulebook& rulebook)
    : question_(std::move(question)) {
  for (const Conversion& conversion : rulebook.conversions) {
    given_worth_.push_back(conversion.worth && !conversion.worth->learned
                               ? conversion.worth->amount.millionths
                               : kAbsent);
  }
  sums_.resize(rulebook.conversions.size());
}

void ConversionStudy::Add(Evaluation& evaluation) {
  ++profiles_;
  FindEvents(evaluation.conditions().selection());
  if (first_event_ >= question_.span.until) return;
  AddLater();
  if (question_.only_new &&
      evaluation.history().first_time() < question_.span.since) {
    return;
  }
  AddForetelling();
}

void ConversionStudy::FindEvents(EventSelection& selection) {
  const PastSpan& span = question_.span;
  first_event_ = Instant::Forever();
  first_.assign(sums_.size(), Instant::Forever());
  goals_.clear();
  const auto& filters = selection.program().conversions;
  const auto times = selection.history().times();
  if (!times.empty()) earliest_ = std::min(earliest_, times[0]);
  const auto begin = std::lower_bound(times.begin(), times.end(), span.since);
  for (size_t event = begin - times.begin(); event < times.size(); ++event) {
    const Instant time = selection.time(event);
    if (time >= span.known_until) break;
    first_event_ = std::min(first_event_, time);
    bool is_goal = false;
    for (size_t i = 0; i < filters.size(); ++i) {
      if (!selection.Selects(filters[i], event)) continue;
      if (time < span.until) ++sums_[i].events;
      first_[i] = std::min(first_[i], time);
      is_goal = is_goal || question_.IsGoal(i);
    }
    if (!is_goal) continue;
    goals_.push_back(time);
    if (time < span.until) AddGoal(selection, event);
  }
}

void ConversionStudy::AddGoal(EventSelection& selection, size_t event) {
  ++goal_events_;
  const Program& program = selection.program();
  for (const size_t conversion : question_.goal) {
    if (given_worth_[conversion] == kAbsent) continue;
    if (!selection.Selects(program.conversions[conversion], event)) continue;
    ++goal_events_with_amount_;
    goal_amounts_[""] += given_worth_[conversion];
    return;
  }
  if (AddAmounts(selection, event)) ++goal_events_with_amount_;
}

// False where it says none.
bool ConversionStudy::AddAmounts(EventSelection& selection, size_t event) {
  const Program& program = selection.program();
  const History& history = selection.history();
  const Cell currency = history.cell(event, program.amounts->currency);
  const auto add = [&](Cell of, int64_t amount) {
    const Cell said = of == kAbsent ? currency : of;
    goal_amounts_[std::string(selection.projection().Text(said))] += amount;
  };
  const Cell value = history.cell(event, program.amounts->value);
  if (value != kAbsent) {
    add(kAbsent, value);
    return true;
  }
  bool has_price = false;
  for (size_t item = history.item_begin(event); item < history.item_end(event);
       ++item) {
    const Cell price = history.item_cell(item, program.price_column);
    if (price == kAbsent) continue;
    const Cell quantity = history.item_cell(item, program.quantity_column);
    const Decimal count =
        quantity == kAbsent ? Decimal::FromInteger(1) : Decimal{quantity};
    add(history.item_cell(item, program.amounts->item_currency),
        Multiply(Decimal{price}, count).millionths);
    has_price = true;
  }
  return has_price;
}

bool ConversionStudy::ReachesGoal(Instant begin, Instant end) const {
  const auto next = std::lower_bound(goals_.begin(), goals_.end(), begin);
  return next != goals_.end() && *next < end;
}

void ConversionStudy::AddLater() {
  const int64_t within = absl::ToInt64Microseconds(question_.within);
  for (size_t i = 0; i < sums_.size(); ++i) {
    if (first_[i] >= question_.span.until) continue;
    ++sums_[i].profiles;
    const Instant end = Plus(first_[i], within);
    if (end > question_.span.known_until) continue;
    ++sums_[i].later.people;
    if (ReachesGoal(Plus(first_[i], 1), end)) ++sums_[i].later.reached;
  }
}

void ConversionStudy::AddForetelling() {
  const Instant landmark =
      Plus(first_event_, absl::ToInt64Microseconds(question_.observed));
  const Instant end =
      Plus(landmark, absl::ToInt64Microseconds(question_.within));
  if (end > question_.span.known_until) return;
  if (!goals_.empty() && goals_.front() < landmark) {
    ++reached_early_;
    return;
  }
  const bool reached = ReachesGoal(landmark, end);
  const auto add = [&](Share& share) {
    ++share.people;
    if (reached) ++share.reached;
  };
  add(followed_);
  for (size_t i = 0; i < sums_.size(); ++i) {
    if (first_[i] < landmark) add(sums_[i].did);
  }
}

void ConversionStudy::Merge(const ConversionStudy& part) {
  profiles_ += part.profiles_;
  earliest_ = std::min(earliest_, part.earliest_);
  goal_events_ += part.goal_events_;
  goal_events_with_amount_ += part.goal_events_with_amount_;
  for (const auto& [currency, amount] : part.goal_amounts_) {
    goal_amounts_[currency] += amount;
  }
  AddTo(followed_, part.followed_);
  reached_early_ += part.reached_early_;
  for (size_t i = 0; i < sums_.size(); ++i) {
    sums_[i].events += part.sums_[i].events;
    sums_[i].profiles += part.sums_[i].profiles;
    AddTo(sums_[i].later, part.sums_[i].later);
    AddTo(sums_[i].did, part.sums_[i].did);
  }
}

ConversionReport ConversionStudy::Report() const {
  ConversionReport report;
  report.profiles = profiles_;
  report.first_event = earliest_;
  report.goal_events = goal_events_;
  report.goal_events_with_amount = goal_events_with_amount_;
  for (const auto& [currency, amount] : goal_amounts_) {
    report.goal_worth[currency] = Rounded(
        ToDouble(amount) / static_cast<double>(goal_events_with_amount_));
  }
  report.followed = followed_.people + reached_early_;
  report.reached_early = reached_early_;
  report.afterwards = followed_;
  report.conversions.resize(sums_.size());
  std::vector<Foretelling*> compared;
  for (size_t i = 0; i < sums_.size(); ++i) {
    ConversionFigures& figures = report.conversions[i];
    figures.events = sums_[i].events;
    figures.profiles = sums_[i].profiles;
    figures.later = sums_[i].later;
    if (question_.goal.empty() || question_.IsGoal(i)) continue;
    figures.foretelling = Compare(sums_[i].did, followed_);
    compared.push_back(&figures.foretelling);
  }
  Judge(compared);
  return report;
}

}  // namespace audienced
