// `audiencectl backtest`: the size of an audience over past days.

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/offline/retention_option.h"
#include "daemon/ctl/rules/past_report.h"
#include "daemon/ctl/text/backtest_text.h"
#include "daemon/ctl/text/span_text.h"
#include "rules/language/duration_text.h"
#include "rules/report/backtest.h"
#include "rules/report/goal.h"

namespace audienced {
namespace {

constexpr char kBacktestExamples[] = R"(Examples:
  audiencectl backtest cart-abandoners --since 90d
      by the daemon, over its histories, by the rules in force
  audiencectl backtest cart-abandoners --since 90d --rules rules/
      the same by the rules in a folder, before they are in force
  audiencectl backtest cart-abandoners --since 2026-03-01 --within 3d \
      --rules rules/ --events shop.jsonl
      from files alone, without a daemon

The days are those of the audience's time zone, the first one whole. The size is
that at the end of the day. Evaluated as of now, over the histories as they are
known now: an event that came late counts from the time at which it occurred, so
what was published then can differ. Drafts, pauses and minimum sizes play no
part; the control share is counted, and told apart where there is one.

A stay counts in the median when it ends within the days, whenever it began. The
goal is reached by an event after the entry, less than --within later; entries
whose time for it is not over are left out of the share.

Where the rules keep a control share, the effect is told: of the people whom the
audience was published of, and of the control share, who entered for the first
time ever, how many reached the goal, how many times as likely the former are,
and how probable such a difference is by chance alone. Only where the audience
was in use in these days does it tell what that use brought.)";

struct BacktestOptions {
  std::string audience;
  ReportOptions report;
  std::string goal;
  std::string within = "7d";
};

void PrintResult(const BacktestResult& result, const std::string& output) {
  if (output == "json") {
    Print(BacktestJson(result));
  } else if (output == "csv") {
    Print(BacktestCsv(result));
  } else {
    const bool blocks = IsTerminal(stdout) && WritesUtf8();
    Print(BacktestTable(result, blocks));
  }
}

// --- From files ---

std::vector<std::string> NamesOf(const Rulebook& rulebook,
                                 const std::vector<size_t>& goal) {
  std::vector<std::string> names;
  for (const size_t conversion : goal) {
    names.push_back(rulebook.conversions[conversion].name);
  }
  return names;
}

ExitCode BacktestFiles(const BacktestOptions& options, absl::Duration within) {
  OfflineReader reader(options.report.files);
  if (!reader.ReadRules()) return reader.exit_code();
  const std::optional<size_t> number = reader.FindAudience(options.audience);
  if (!number) return reader.exit_code();
  const Rulebook& rulebook = reader.rulebook()->model();
  const absl::StatusOr<std::vector<size_t>> goal =
      GoalOf(rulebook, options.goal);
  if (!goal.ok()) return FailWith(goal.status());
  const Audience& audience = rulebook.audiences[*number];
  ExitCode exit_code = ExitCode::kOk;
  const std::optional<absl::Time> now =
      ReadEventsToReport(reader, options.report, exit_code);
  if (!now) return exit_code;
  absl::StatusOr<ReportSpan> span =
      SpanOf(options.report.since, options.report.until, *now,
             ZoneOf(audience.time_zone));
  if (!span.ok()) return FailWith(span.status());

  BacktestResult result;
  result.audience = audience.name;
  result.time_zone = audience.time_zone;
  result.since = ToTime(span->since());
  result.until = ToTime(span->until());
  result.goal = NamesOf(rulebook, *goal);
  result.within = within;
  const Backtest nothing(
      {*number, *std::move(span), *goal, within, HoldoutOf(audience)});
  result.report = EvaluateAll(reader.profiles(), nothing).Report();
  PrintResult(result, options.report.output);
  return exit_code;
}

// --- By the daemon ---

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

BacktestConversion ToConversion(const v1::BacktestConversion& conversion) {
  return {conversion.entry_count(), conversion.reached_count()};
}

Share ToShare(const v1::ReachedShare& share) {
  return {share.reached_count(), share.profile_count()};
}

HoldoutEffect ToEffect(const v1::HoldoutEffect& effect) {
  HoldoutEffect told;
  told.published = ToShare(effect.published());
  told.held_out = ToShare(effect.held_out());
  const v1::Estimate& lift = effect.lift();
  if (effect.has_lift()) {
    told.lift = Estimate{lift.value(), lift.low(), lift.high()};
  }
  told.chance = effect.chance();
  told.split_chance = effect.split_chance();
  return told;
}

BacktestResult ToResult(const v1::BacktestResponse& response) {
  BacktestResult result;
  result.audience = response.audience();
  result.time_zone = response.time_zone();
  result.since = ToTime(response.start_time());
  result.until = ToTime(response.end_time());
  result.goal = {response.goals().begin(), response.goals().end()};
  result.within = LengthOf(response.within());
  BacktestReport& report = result.report;
  report.profiles = response.profile_count();
  report.size_before = response.size_before();
  report.entered_profiles = response.entered_profile_count();
  report.recent_entries = response.recent_entry_count();
  report.published = ToConversion(response.published());
  report.held_out = ToConversion(response.held_out());
  report.stays = {response.stays().ended_count(),
                  response.stays().running_count(),
                  {LengthOf(response.stays().first_quartile()),
                   LengthOf(response.stays().median()),
                   LengthOf(response.stays().third_quartile())}};
  if (response.has_effect()) report.effect = ToEffect(response.effect());
  for (const v1::BacktestDay& day : response.days()) {
    absl::CivilDay date;
    if (const auto read = ParseCivilDay(day.day())) date = *read;
    report.days.push_back({date, day.size(), day.held_out_size(),
                           day.entry_count(), day.exit_count()});
    report.entries += day.entry_count();
    report.exits += day.exit_count();
  }
  return result;
}

ExitCode AskDaemon(const BacktestOptions& options, absl::Duration within,
                   const ConnectionOptions& where) {
  v1::BacktestRequest request;
  request.set_audience(options.audience);
  request.set_goal(options.goal);
  request.mutable_within()->set_seconds(absl::ToInt64Seconds(within));
  v1::BacktestResponse response;
  ExitCode exit_code = ExitCode::kOk;
  if (!AskForReport(options.report, where, &v1::RuleService::Stub::Backtest,
                    request, response, exit_code)) {
    return exit_code;
  }
  PrintResult(ToResult(response), options.report.output);
  return ExitCode::kOk;
}

ExitCode RunBacktest(const BacktestOptions& options,
                     const ConnectionOptions& where) {
  const std::optional<absl::Duration> within =
      ReadPositiveDuration("--within", options.within);
  if (!within) return ExitCode::kUsage;
  return options.report.offline() ? BacktestFiles(options, *within)
                                  : AskDaemon(options, *within, where);
}

}  // namespace

void AddBacktestCommand(CLI::App& app, ConnectionOptions& where,
                        ExitCode& exit_code) {
  auto options = std::make_shared<BacktestOptions>();
  CLI::App* command = app.add_subcommand(
      "backtest",
      "Tell how large an audience would have been, day by day, and who of it "
      "reached a goal.");
  command->add_option("audience", options->audience, "The audience.")
      ->required();
  AddReportOptions(*command, options->report, where);
  AddRetentionOption(*command, options->report.files.retention)
      ->needs(command->get_option("--events"));
  command->add_option("--goal", options->goal,
                      "The conversion to reach; default: any macro "
                      "conversion.");
  command->add_option("--within", options->within,
                      "How long after entering; default: 7d.");
  command
      ->add_option("--output", options->report.output,
                   "table (default), json, or csv: the days alone.")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  command->footer(kBacktestExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = RunBacktest(*options, where);
  });
}

}  // namespace audienced
