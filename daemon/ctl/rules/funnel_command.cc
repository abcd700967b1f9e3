// `audiencectl funnel`: how far people came on a ladder.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/rules/past_report.h"
#include "daemon/ctl/text/funnel_text.h"
#include "daemon/report/report_message.h"
#include "rules/report/goal.h"

namespace audienced {
namespace {

constexpr char kFunnelExamples[] = R"(Examples:
  audiencectl funnel checkout --since 30d
      by the daemon, over its histories, by the rules in force
  audiencectl funnel checkout --since 30d --rules rules/
      the same by the rules in a folder, before they are in force
  audiencectl funnel checkout --since 2026-03-01 --until 2026-04-01 \
      --rules rules/ --events shop.jsonl --output csv
      from files alone, without a daemon

A ladder stands under `ladders` in the rules. People who were on its first rung
in that time count once, by their longest run up from there: the rungs in order,
none skipped, each by an event of its own and less than `all_within` after the
first. A run goes on after --until, up to now. MAY GO ON are those of STOPPED
for whom that time is not over. OF FIRST and OF PREVIOUS are of the runs for
which it is over, so they can be compared with those of another time.

MEDIAN STEP is from the rung before and FROM FIRST from the first one, of the
people who came so far, in the run that counts: half of them were faster. An
event that came late counts from the time at which it occurred. Without
--events, of a daemon with a `retention`, of as much as it keeps.)";

struct FunnelOptions {
  std::string ladder;
  ReportOptions report;
};

void PrintFunnel(const v1::ReportFunnelResponse& report,
                 const std::string& output) {
  if (output == "json") {
    Print(ReportJson(report));
  } else if (output == "csv") {
    Print(FunnelCsv(report));
  } else {
    Print(FunnelTable(report));
  }
}

ExitCode FunnelOfFiles(const FunnelOptions& options) {
  OfflineReader reader(options.report.files);
  if (!reader.ReadRules()) return reader.exit_code();
  const Rulebook& rulebook = reader.rulebook()->model();
  const absl::StatusOr<size_t> number = LadderOf(rulebook, options.ladder);
  if (!number.ok()) return FailWith(number.status());
  ExitCode exit_code = ExitCode::kOk;
  const std::optional<absl::Time> now =
      ReadEventsToReport(reader, options.report, exit_code);
  if (!now) return exit_code;
  const absl::StatusOr<PastSpan> span =
      PastSpanOf(options.report.since, options.report.until, *now,
                 ZoneOf(TimeZoneOf(rulebook, rulebook.ladders[*number])));
  if (!span.ok()) return FailWith(span.status());
  const FunnelQuestion question = {*number, *span};
  const Funnel funnel =
      EvaluateAll(reader.profiles(), Funnel(question, rulebook));
  v1::ReportFunnelResponse report;
  FillFunnel(rulebook, question, funnel.Report(), report);
  PrintFunnel(report, options.report.output);
  return exit_code;
}

ExitCode RunFunnel(const FunnelOptions& options,
                   const ConnectionOptions& where) {
  if (options.report.offline()) return FunnelOfFiles(options);
  v1::ReportFunnelRequest request;
  request.set_ladder(options.ladder);
  v1::ReportFunnelResponse report;
  ExitCode exit_code = ExitCode::kOk;
  if (AskForReport(options.report, where, &v1::RuleService::Stub::ReportFunnel,
                   request, report, exit_code)) {
    PrintFunnel(report, options.report.output);
  }
  return exit_code;
}

}  // namespace

void AddFunnelCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code) {
  auto options = std::make_shared<FunnelOptions>();
  CLI::App* command = app.add_subcommand(
      "funnel",
      "Tell how far people came on a ladder, how long it took them, and where "
      "they dropped off.");
  command->add_option("ladder", options->ladder,
                      "The ladder; default: the only one that the rules have.");
  AddReportOptions(*command, options->report, where);
  command
      ->add_option("--output", options->report.output,
                   "table (default), json, or csv: the rungs alone.")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  command->footer(kFunnelExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = RunFunnel(*options, where);
  });
}

}  // namespace audienced
