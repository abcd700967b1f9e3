#include "daemon/service/query/past_report.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/pipeline/history_scan.h"
#include "daemon/service/conversion/rule_conversion.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/rule_checking.h"
#include "rules/engine/timeline/window_interval.h"
#include "rules/language/duration_text.h"
#include "rules/language/load.h"

namespace audienced {
namespace {

// Of what was before `kept_from` nothing can be said.
absl::Status CheckIsKept(Instant since, absl::Time kept_from) {
  if (ToTime(since) >= kept_from) return absl::OkStatus();
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, "since",
                      absl::StrCat("since is ", TimestampText(ToTime(since)),
                                   "; histories are kept from ",
                                   TimestampText(kept_from), " on"));
}

// Its message begins with the name of the field.
absl::Status InvalidSpan(const absl::Status& status) {
  const bool of_until = status.message().substr(0, 5) == "until";
  return InvalidRequest(of_until ? "until" : "since", status);
}

}  // namespace

absl::Status InvalidRequest(const std::string& field,
                            const absl::Status& status) {
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, field,
                      std::string(status.message()));
}

absl::StatusOr<std::shared_ptr<Projection>> RulesToReportBy(
    const Stages& stages,
    const google::protobuf::RepeatedPtrField<v1::RuleFile>& given,
    Columns columns, RuleFaults& faults) {
  const std::shared_ptr<Projection> in_force =
      stages.pipeline.rules().projection;
  const absl::Duration retention = stages.pipeline.retention();
  if (given.empty()) {
    if (columns == Columns::kOfRules) return in_force;
    return Projection::After(
        *in_force, CompiledRulebook::Compile(in_force->rulebook().model(),
                                             retention, columns));
  }
  const absl::StatusOr<std::vector<SourceFile>> files = ToSourceFiles(given);
  if (!files.ok()) return files.status();
  Diagnostics diagnostics;
  Rulebook rulebook = LoadRulebook(*files, diagnostics, retention);
  FillDiagnostics(diagnostics.all(), *files, faults.diagnostics);
  faults.error_count = diagnostics.error_count();
  if (diagnostics.has_errors()) return std::shared_ptr<Projection>();
  return Projection::After(
      *in_force,
      CompiledRulebook::Compile(std::move(rulebook), retention, columns));
}

absl::StatusOr<ReportSpan> DaysToReport(const Stages& stages,
                                        const CompiledRulebook& rules,
                                        const std::string& since,
                                        const std::string& until,
                                        const std::string& time_zone) {
  absl::StatusOr<ReportSpan> span =
      SpanOf(since, until, stages.clock.Now(), ZoneOf(time_zone));
  if (!span.ok()) return InvalidSpan(span.status());
  const absl::Status kept =
      CheckIsKept(span->since(), ToldFrom(stages.store, rules));
  if (!kept.ok()) return kept;
  return span;
}

absl::StatusOr<PastSpan> SpanToReport(const Stages& stages,
                                      const std::string& since,
                                      const std::string& until,
                                      const std::string& time_zone) {
  absl::StatusOr<PastSpan> span =
      PastSpanOf(since, until, stages.clock.Now(), ZoneOf(time_zone));
  if (!span.ok()) return InvalidSpan(span.status());
  const absl::Status kept =
      CheckIsKept(span->since, ToTime(stages.store.events_from()));
  if (!kept.ok()) return kept;
  return span;
}

absl::StatusOr<absl::Duration> PositiveDuration(
    const std::string& name, bool is_given,
    const google::protobuf::Duration& given, absl::Duration otherwise) {
  if (!is_given) return otherwise;
  const absl::Duration duration =
      absl::Seconds(given.seconds()) + absl::Nanoseconds(given.nanos());
  if (duration >= absl::Microseconds(1) &&
      duration <= absl::Hours(24 * 36500)) {
    return absl::Trunc(duration, absl::Microseconds(1));
  }
  return InvalidField(v1::ERROR_REASON_INVALID_REQUEST, name,
                      absl::StrCat(name, " is ", absl::FormatDuration(duration),
                                   "; more than 0 and at most 36500 days are "
                                   "wanted"));
}

absl::Status EvaluateEveryone(const Stages& stages,
                              const std::shared_ptr<Projection>& projection,
                              const std::function<bool()>& cancelled,
                              absl::FunctionRef<void(Evaluation&)> each) {
  Evaluation evaluation(*projection);
  return ScanHistories(
      stages.store, stages.pipeline.directory(), projection,
      /*prepared=*/nullptr, [&] { return !cancelled(); },
      [&](const Profile& profile, const History& history) {
        evaluation.TurnTo(history, profile.key);
        each(evaluation);
      });
}

}  // namespace audienced
