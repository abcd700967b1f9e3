#include "daemon/service/query/ladder_report.h"

#include <string>
#include <utility>
#include <vector>

#include "daemon/report/report_message.h"
#include "daemon/service/query/past_report.h"
#include "rules/report/conversion_study.h"
#include "rules/report/funnel.h"
#include "rules/report/goal.h"

namespace audienced {
namespace {

// How long a profile is observed, where nobody says otherwise.
constexpr absl::Duration kObservedDefault = absl::Hours(24);

absl::StatusOr<ConversionQuestion> QuestionOf(
    const Stages& stages, const CompiledRulebook& rules,
    const v1::ReportConversionsRequest& request) {
  absl::StatusOr<std::vector<size_t>> goal = GoalOf(
      rules.model(),
      std::vector<std::string>(request.goals().begin(), request.goals().end()));
  if (!goal.ok()) return InvalidRequest("goals", goal.status());
  const absl::StatusOr<absl::Duration> within = PositiveDuration(
      "within", request.has_within(), request.within(), kWithinDefault);
  if (!within.ok()) return within.status();
  const absl::StatusOr<absl::Duration> observed = PositiveDuration(
      "observed", request.has_observed(), request.observed(), kObservedDefault);
  if (!observed.ok()) return observed.status();
  const absl::StatusOr<PastSpan> span =
      SpanToReport(stages, request.since(), request.until(),
                   TimeZoneOf(rules.model(), *goal));
  if (!span.ok()) return span.status();
  return ConversionQuestion{*span, *std::move(goal), *within, *observed,
                            request.only_new()};
}

}  // namespace

absl::Status RunFunnelReport(const Stages& stages,
                             const v1::ReportFunnelRequest& request,
                             const std::function<bool()>& cancelled,
                             v1::ReportFunnelResponse& response) {
  RuleFaults faults;
  const auto projection =
      RulesToReportBy(stages, request.files(), Columns::kOfRules, faults);
  if (!projection.ok()) return projection.status();
  TellFaults(std::move(faults), response);
  if (*projection == nullptr) return absl::OkStatus();
  const CompiledRulebook& rules = (*projection)->rulebook();
  const absl::StatusOr<size_t> number =
      LadderOf(rules.model(), request.ladder());
  if (!number.ok()) return InvalidRequest("ladder", number.status());
  const absl::StatusOr<PastSpan> span =
      SpanToReport(stages, request.since(), request.until(),
                   TimeZoneOf(rules.model(), rules.model().ladders[*number]));
  if (!span.ok()) return span.status();
  const FunnelQuestion question = {*number, *span};
  Funnel funnel(question, rules.model());
  const absl::Status added =
      EvaluateEveryone(stages, *projection, cancelled,
                       [&](Evaluation& each) { funnel.Add(each); });
  if (!added.ok()) return added;
  FillFunnel(rules.model(), question, funnel.Report(), response);
  return absl::OkStatus();
}

absl::Status RunConversionReport(const Stages& stages,
                                 const v1::ReportConversionsRequest& request,
                                 const std::function<bool()>& cancelled,
                                 v1::ReportConversionsResponse& response) {
  RuleFaults faults;
  const auto projection =
      RulesToReportBy(stages, request.files(), Columns::kWithAmounts, faults);
  if (!projection.ok()) return projection.status();
  TellFaults(std::move(faults), response);
  if (*projection == nullptr) return absl::OkStatus();
  const CompiledRulebook& rules = (*projection)->rulebook();
  const absl::StatusOr<ConversionQuestion> question =
      QuestionOf(stages, rules, request);
  if (!question.ok()) return question.status();
  ConversionStudy study(*question, rules.model());
  const absl::Status added =
      EvaluateEveryone(stages, *projection, cancelled,
                       [&](Evaluation& each) { study.Add(each); });
  if (!added.ok()) return added;
  FillConversions(rules.model(), *question, study.Report(), response);
  return absl::OkStatus();
}

}  // namespace audienced
