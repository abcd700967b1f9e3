// `audiencectl conversions`: what conversions are worth, and which foretell the
// macro one.

#include <memory>
#include <optional>
#include <string>
#include <utility>

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
  audiencectl conversions --since 90d --observed 7d --output json
      people are observed for a week before the goal is counted
  audiencectl conversions --since 90d --rules rules/ --events shop.jsonl
      from files alone, without a daemon

LEARNED WORTH is what `worth: learned` of the rules means: the share of the
people with the conversion who reach the goal less than --within after their
first one, times what the goal is worth on average: what the rules say of it,
else the `value` of its events, else the price times quantity of their items.

What foretells the goal is told of people side by side: each is observed for
--observed from the first event within the days on, and the goal is counted for
--within from there on. Whoever reached it before is left out, so nobody had
longer than others, and what only goes along with a purchase speaks for nothing.
LIFT says how many times as likely those are who did it. It says what to
expect, not what is the cause; a control share (`holdout`) tells that.)";

struct ConversionsOptions {
  ReportOptions report;
  std::string goal;
  std::string within = "7d";
  std::string observed = "1d";
};

struct Spans {
  absl::Duration within;
  absl::Duration observed;
};

void PrintConversions(const v1::ReportConversionsResponse& report,
                      const std::string& output) {
  Print(output == "json" ? ReportJson(report) : ConversionTables(report));
}

ExitCode ConversionsOfFiles(const ConversionsOptions& options,
                            const Spans& spans) {
  OfflineReader reader(options.report.files);
  if (!reader.ReadRules(Columns::kWithAmounts)) return reader.exit_code();
  const Rulebook& rulebook = reader.rulebook()->model();
  absl::StatusOr<std::vector<size_t>> goal = GoalOf(rulebook, options.goal);
  if (!goal.ok()) return FailWith(goal.status());
  ExitCode exit_code = ExitCode::kOk;
  std::optional<ReportSpan> span = ReadEventsToReport(
      reader, options.report, TimeZoneOf(rulebook, *goal), exit_code);
  if (!span) return exit_code;
  const ConversionQuestion question = {*std::move(span), *std::move(goal),
                                       spans.within, spans.observed};
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
  request.set_goal(options.goal);
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
  command->add_option("--goal", options->goal,
                      "The conversion to reach; default: any macro "
                      "conversion.");
  command->add_option("--within", options->within,
                      "How long after a conversion, or after people were "
                      "observed; default: 7d.");
  command->add_option("--observed", options->observed,
                      "How long people are observed from their first event "
                      "on; default: 1d.");
  command
      ->add_option("--output", options->report.output,
                   "table (default) or json.")
      ->check(CLI::IsMember({"table", "json"}));
  command->footer(kConversionsExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = RunConversions(*options, where);
  });
}

}  // namespace audienced
