#include "daemon/service/query/backtest.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_reader.h"
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

// After so many histories the call is asked whether it is still wanted.
constexpr int64_t kProfilesPerStep = 256;

absl::Status Cancelled() { return absl::CancelledError("the client is gone"); }

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

// By the rules in force: histories in memory as they are, the rest read.
absl::Status AddProfiles(const Stages& stages, const RulesState& rules,
                         const std::function<bool()>& cancelled,
                         Backtest& backtest) {
  const Directory& directory = stages.pipeline.directory();
  for (ProfileId after{0};;) {
    if (cancelled()) return Cancelled();
    absl::StatusOr<std::vector<Directory::ProfilePtr>> profiles =
        WithHistories(stages.store, directory.Range(after, kProfilesPerStep),
                      rules.projection, rules.version);
    if (!profiles.ok()) return profiles.status();
    if (profiles->empty()) return absl::OkStatus();
    for (const Directory::ProfilePtr& profile : *profiles) {
      after = profile->id;
      if (profile->projection != rules.projection) {
        return WithReason(
            absl::AbortedError("other rules are being put in force; try again"),
            v1::ERROR_REASON_RELOAD_IN_PROGRESS);
      }
      Evaluation evaluation(*profile->projection, *profile->history,
                            profile->key);
      backtest.Add(evaluation);
    }
  }
}

// By other rules: every history is read again from the database.
absl::Status AddStoredProfiles(
    const Stages& stages, const std::shared_ptr<const CompiledRulebook>& rules,
    const std::function<bool()>& cancelled, Backtest& backtest) {
  Projection projection(rules);
  return ScanHistories(stages.store, stages.pipeline.directory(), projection,
                       [&](const Profile& profile, const History& history) {
                         Evaluation evaluation(projection, history,
                                               profile.key);
                         backtest.Add(evaluation);
                         return !cancelled();
                       });
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
  std::shared_ptr<const CompiledRulebook> rules =
      in_force.projection->shared_rulebook();
  const bool are_given = !request.files().empty();
  if (are_given) {
    auto given = GivenRules(request, stages.pipeline.retention(), response);
    if (!given.ok()) return given.status();
    if (*given == nullptr) return absl::OkStatus();
    rules = *std::move(given);
  }
  const absl::StatusOr<BacktestQuestion> question =
      QuestionOf(*rules, request, stages.clock.Now());
  if (!question.ok()) return question.status();
  const absl::Status kept =
      CheckIsKept(stages.store, *rules, question->span.since());
  if (!kept.ok()) return kept;
  Backtest backtest(*question);
  const absl::Status added =
      are_given ? AddStoredProfiles(stages, rules, cancelled, backtest)
                : AddProfiles(stages, in_force, cancelled, backtest);
  if (!added.ok()) return added;
  Fill(*rules, *question, backtest.Report(), response);
  return absl::OkStatus();
}

}  // namespace audienced
