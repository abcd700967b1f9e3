#include "daemon/service/query/backtest.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_scan.h"
#include "daemon/service/conversion/rule_conversion.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/rule_checking.h"
#include "rules/backtest/backtest.h"
#include "rules/language/duration_text.h"
#include "rules/language/load.h"

namespace audienced {
namespace {

absl::Status InvalidRequest(const std::string& field,
                            const absl::Status& status) {
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field,
                      std::string(status.message()));
}

absl::StatusOr<absl::Duration> WithinOf(const v1::BacktestRequest& request) {
  if (!request.has_within()) return kBacktestWithinDefault;
  const absl::Duration within = absl::Seconds(request.within().seconds()) +
                                absl::Nanoseconds(request.within().nanos());
  if (within >= absl::Microseconds(1) && within <= absl::Hours(24 * 36500)) {
    return absl::Trunc(within, absl::Microseconds(1));
  }
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "within",
                      absl::StrCat("within is ", absl::FormatDuration(within),
                                   "; more than 0 and at most 36500 days are "
                                   "wanted"));
}

absl::StatusOr<BacktestQuestion> QuestionOf(const CompiledRulebook& rulebook,
                                            const v1::BacktestRequest& request,
                                            absl::Time now) {
  const absl::StatusOr<size_t> audience =
      FindAudience(rulebook, Caller::Local(), request.audience());
  if (!audience.ok()) return audience.status();
  absl::StatusOr<std::vector<size_t>> goal =
      GoalOf(rulebook.model(), request.goal());
  if (!goal.ok()) return InvalidRequest("goal", goal.status());
  const absl::StatusOr<absl::Duration> within = WithinOf(request);
  if (!within.ok()) return within.status();
  absl::TimeZone zone;
  absl::LoadTimeZone(rulebook.audience(*audience).time_zone, &zone);
  absl::StatusOr<BacktestSpan> span =
      SpanOf(request.since(), request.until(), now, zone);
  if (!span.ok()) {
    const bool of_until = span.status().message().substr(0, 5) == "until";
    return InvalidRequest(of_until ? "until" : "since", span.status());
  }
  return BacktestQuestion{*audience, *std::move(span), *std::move(goal),
                          *within};
}

// Of days for which events that counted were dropped, nothing can be said.
absl::Status CheckIsKept(const Store& store, const CompiledRulebook& rulebook,
                         Instant since) {
  const absl::Time told_from = ToldFrom(store, rulebook);
  if (ToTime(since) >= told_from) return absl::OkStatus();
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "since",
                      absl::StrCat("since is ", TimestampText(ToTime(since)),
                                   "; histories are kept for days from ",
                                   TimestampText(told_from), " on"));
}

void Fill(const BacktestConversion& conversion, v1::BacktestConversion& into) {
  into.set_entry_count(conversion.entries);
  into.set_reached_count(conversion.reached);
}

void Fill(const BacktestStays& stays, v1::BacktestStays& into) {
  into.set_ended_count(stays.ended);
  into.set_running_count(stays.running);
  if (stays.ended == 0) return;
  *into.mutable_first_quartile() = ToDuration(stays.first_quartile);
  *into.mutable_median() = ToDuration(stays.median);
  *into.mutable_third_quartile() = ToDuration(stays.third_quartile);
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

// The rules in the request; null where they have errors, which `response`
// tells.
absl::StatusOr<std::shared_ptr<const CompiledRulebook>> GivenRules(
    const v1::BacktestRequest& request, absl::Duration retention,
    v1::BacktestResponse& response) {
  const absl::StatusOr<std::vector<SourceFile>> files =
      ToSourceFiles(request.files());
  if (!files.ok()) return files.status();
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(*files, diagnostics, retention);
  FillDiagnostics(diagnostics.all(), *files, *response.mutable_diagnostics());
  response.set_error_count(diagnostics.error_count());
  if (diagnostics.has_errors()) {
    return std::shared_ptr<const CompiledRulebook>();
  }
  return CompiledRulebook::Compile(std::move(rulebook), retention);
}

}  // namespace

absl::Status RunBacktest(const Stages& stages,
                         const v1::BacktestRequest& request,
                         const std::function<bool()>& cancelled,
                         v1::BacktestResponse& response) {
  const RulesState in_force = stages.pipeline.rules();
  std::shared_ptr<Projection> projection = in_force.projection;
  if (!request.files().empty()) {
    auto given = GivenRules(request, stages.pipeline.retention(), response);
    if (!given.ok()) return given.status();
    if (*given == nullptr) return absl::OkStatus();
    projection = Projection::After(*projection, *std::move(given));
  }
  const CompiledRulebook& rules = projection->rulebook();
  const absl::StatusOr<BacktestQuestion> question =
      QuestionOf(rules, request, stages.clock.Now());
  if (!question.ok()) return question.status();
  const absl::Status kept =
      CheckIsKept(stages.store, rules, question->span.since());
  if (!kept.ok()) return kept;
  Backtest backtest(*question);
  Evaluation evaluation(*projection);
  const absl::Status added = ScanHistories(
      stages.store, stages.pipeline.directory(), projection,
      /*prepared=*/nullptr, [&] { return !cancelled(); },
      [&](const Profile& profile, const History& history) {
        evaluation.TurnTo(history, profile.key);
        backtest.Add(evaluation);
      });
  if (!added.ok()) return added;
  Fill(rules, *question, backtest.Report(), response);
  return absl::OkStatus();
}

}  // namespace audienced
