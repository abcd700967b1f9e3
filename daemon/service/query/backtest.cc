#include "daemon/service/query/backtest.h"

#include <utility>
#include <vector>

#include "absl/strings/str_format.h"
#include "daemon/report/report_message.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/past_report.h"
#include "daemon/service/query/profile_lookup.h"
#include "rules/report/backtest.h"
#include "rules/report/goal.h"

namespace audienced {
namespace {

absl::StatusOr<BacktestQuestion> QuestionOf(
    const Stages& stages, const CompiledRulebook& rules,
    const v1::BacktestRequest& request) {
  const absl::StatusOr<size_t> audience =
      FindAudience(rules, Caller::Local(), request.audience());
  if (!audience.ok()) return audience.status();
  absl::StatusOr<std::vector<size_t>> goal =
      GoalOf(rules.model(), request.goal());
  if (!goal.ok()) return InvalidRequest("goal", goal.status());
  const absl::StatusOr<absl::Duration> within = PositiveDuration(
      "within", request.has_within(), request.within(), kWithinDefault);
  if (!within.ok()) return within.status();
  absl::StatusOr<ReportSpan> span =
      DaysToReport(stages, rules, request.since(), request.until(),
                   rules.audience(*audience).time_zone);
  if (!span.ok()) return span.status();
  return BacktestQuestion{*audience, *std::move(span), *std::move(goal),
                          *within, HoldoutOf(rules.audience(*audience))};
}

void Fill(const BacktestConversion& conversion, v1::BacktestConversion& into) {
  into.set_entry_count(conversion.entries);
  into.set_reached_count(conversion.reached);
}

void Fill(const BacktestStays& stays, v1::BacktestStays& into) {
  into.set_ended_count(stays.ended);
  into.set_running_count(stays.running);
  if (stays.ended == 0) return;
  *into.mutable_first_quartile() = ToDuration(stays.lengths.first);
  *into.mutable_median() = ToDuration(stays.lengths.median);
  *into.mutable_third_quartile() = ToDuration(stays.lengths.third);
}

void Fill(const CompiledRulebook& rulebook, const BacktestQuestion& question,
          const BacktestReport& report, v1::BacktestResponse& response) {
  const Audience& audience = rulebook.audience(question.audience);
  response.set_audience(audience.name);
  response.set_time_zone(audience.time_zone);
  *response.mutable_start_time() = ToTimestamp(ToTime(question.span.since()));
  *response.mutable_end_time() = ToTimestamp(ToTime(question.span.until()));
  for (const size_t conversion : question.goal) {
    response.add_goals(rulebook.model().conversions[conversion].name);
  }
  *response.mutable_within() = ToDuration(question.within);
  response.set_profile_count(report.profiles);
  response.set_size_before(report.size_before);
  response.set_entered_profile_count(report.entered_profiles);
  response.set_recent_entry_count(report.recent_entries);
  Fill(report.stays, *response.mutable_stays());
  Fill(report.published, *response.mutable_published());
  Fill(report.held_out, *response.mutable_held_out());
  if (report.effect) FillEffect(*report.effect, *response.mutable_effect());
  for (const BacktestDay& day : report.days) {
    v1::BacktestDay& into = *response.add_days();
    into.set_day(absl::StrFormat("%04d-%02d-%02d", day.day.year(),
                                 day.day.month(), day.day.day()));
    into.set_size(day.size);
    into.set_held_out_size(day.held_out);
    into.set_entry_count(day.entries);
    into.set_exit_count(day.exits);
  }
}

}  // namespace

absl::Status RunBacktest(const Stages& stages,
                         const v1::BacktestRequest& request,
                         const std::function<bool()>& cancelled,
                         v1::BacktestResponse& response) {
  RuleFaults faults;
  const auto projection =
      RulesToReportBy(stages, request.files(), Columns::kOfRules, faults);
  if (!projection.ok()) return projection.status();
  TellFaults(std::move(faults), response);
  if (*projection == nullptr) return absl::OkStatus();
  const CompiledRulebook& rules = (*projection)->rulebook();
  const absl::StatusOr<BacktestQuestion> question =
      QuestionOf(stages, rules, request);
  if (!question.ok()) return question.status();
  Backtest backtest(*question);
  const absl::Status added =
      EvaluateEveryone(stages, *projection, cancelled,
                       [&](Evaluation& each) { backtest.Add(each); });
  if (!added.ok()) return added;
  Fill(rules, *question, backtest.Report(), response);
  return absl::OkStatus();
}

}  // namespace audienced
