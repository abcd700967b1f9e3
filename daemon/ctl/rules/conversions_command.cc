// `audiencectl conversions`: what conversions are worth, and which foretell the
// macro one.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/rules/past_report.h"
#include "daemon/ctl/text/conversion_text.h"
#include "daemon/report/report_message.h"
#include "rules/report/goal.h"

namespace audienced {
namespace {

constexpr char kConversionsExamples[] = R"(Examples:
  audiencectl conversions --since 90d
      by the daemon, over its histories, by the rules in force
  audiencectl conversions --since 90d --goal signed_up --within 30d
      what foretells another goal, which may be reached for longer
  audiencectl conversions --since 90d --observed 7d --only-new
      people who are new are observed for a week before the goal is counted
  audiencectl conversions --since 90d --rules rules/ --events shop.jsonl
      from files alone, without a daemon

LEARNED WORTH is what `worth: learned` of the rules means: the share of the
people with the conversion who reach the goal less than --within after their
first one, times what the goal is worth on average: what the rules say of it,
else the `value` of its events, else the price times quantity of their items.
With more time for it, it is worth more.

What foretells the goal is told of people side by side: each is observed for
--observed from the first event in that time on, and the goal is counted for
--within from there on. Whoever reached it while being observed is left out, so
nobody had longer than others, and what is done with the purchase itself speaks
for nothing. LIFT says how many times as likely those are who did it. It says
what to expect, not what is the cause: who is more active does more of
everything. A control share (`holdout`) tells that. People who were known before
are among them, unless --only-new.)";

struct ConversionsOptions {
  ReportOptions report;
  std::vector<std::string> goals;
  std::string within = "7d";
  std::string observed = "1d";
  bool only_new = false;
};

struct Spans {
  absl::Duration within;
  absl::Duration observed;
};

void PrintConversions(const v1::ReportConversionsResponse& report,
                      const std::string& output) {
  if (output == "json") {
    Print(ReportJson(report));
  } else {
    Print(output == "csv" ? ConversionCsv(report) : ConversionTables(report));
  }
}

ExitCode ConversionsOfFiles(const ConversionsOptions& options,
                            const Spans& spans) {
  OfflineReader reader(options.report.files);
  if (!reader.ReadRules(Columns::kWithAmounts)) return reader.exit_code();
  const Rulebook& rulebook = reader.rulebook()->model();
  absl::StatusOr<std::vector<size_t>> goal = GoalOf(rulebook, options.goals);
  if (!goal.ok()) return FailWith(goal.status());
  ExitCode exit_code = ExitCode::kOk;
  const std::optional<absl::Time> now =
      ReadEventsToReport(reader, options.report, exit_code);
  if (!now) return exit_code;
  const absl::StatusOr<PastSpan> span =
      PastSpanOf(options.report.since, options.report.until, *now,
                 ZoneOf(TimeZoneOf(rulebook, *goal)));
  if (!span.ok()) return FailWith(span.status());
  const ConversionQuestion question = {*span, *std::move(goal), spans.within,
                                       spans.observed, options.only_new};
  const ConversionStudy study =
      EvaluateAll(reader.profiles(), ConversionStudy(question, rulebook));
  v1::ReportConversionsResponse report;
  FillConversions(rulebook, question, study.Report(), report);
  PrintConversions(report, options.report.output);
  return exit_code;
}

ExitCode RunConversions(const ConversionsOptions& options,
                        const ConnectionOptions& where) {
  const std::optional<absl::Duration> within =
      ReadPositiveDuration("--within", options.within);
  if (!within) return ExitCode::kUsage;
  const std::optional<absl::Duration> observed =
      ReadPositiveDuration("--observed", options.observed);
  if (!observed) return ExitCode::kUsage;
  if (options.report.offline()) {
    return ConversionsOfFiles(options, {*within, *observed});
  }
  v1::ReportConversionsRequest request;
  for (const std::string& goal : options.goals) request.add_goals(goal);
  request.set_only_new(options.only_new);
  request.mutable_within()->set_seconds(absl::ToInt64Seconds(*within));
  request.mutable_observed()->set_seconds(absl::ToInt64Seconds(*observed));
  v1::ReportConversionsResponse report;
  ExitCode exit_code = ExitCode::kOk;
  if (AskForReport(options.report, where,
                   &v1::RuleService::Stub::ReportConversions, request, report,
                   exit_code)) {
    PrintConversions(report, options.report.output);
  }
  return exit_code;
}

}  // namespace

void AddConversionsCommand(CLI::App& app, ConnectionOptions& where,
                           ExitCode& exit_code) {
  auto options = std::make_shared<ConversionsOptions>();
  CLI::App* command = app.add_subcommand(
      "conversions",
      "Tell what conversions are worth, and which of them foretell the macro "
      "one.");
  AddReportOptions(*command, options->report, where);
  command->add_option("--goal", options->goals,
                      "The conversion to reach; several times: any of them; "
                      "default: any macro conversion.");
  command->add_option("--within", options->within,
                      "How long after a conversion, or after people were "
                      "observed; default: 7d.");
  command->add_option("--observed", options->observed,
                      "How long people are observed from their first event "
                      "on; default: 1d.");
  command->add_flag("--only-new", options->only_new,
                    "Observe only people who were never seen before.");
  command
      ->add_option("--output", options->report.output,
                   "table (default), json, or csv: a line a conversion.")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  command->footer(kConversionsExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = RunConversions(*options, where);
  });
}

}  // namespace audienced
