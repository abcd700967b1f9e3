// `audiencectl backtest`: the size of an audience over past days.

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audienced/v1/rule_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/offline/offline_reader.h"
#include "daemon/ctl/offline/retention_option.h"
#include "daemon/ctl/rules/rule_change.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/backtest_text.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/backtest/backtest.h"
#include "rules/engine/share_out.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Every history is evaluated, and read where the rules ask something new.
constexpr absl::Duration kTimeout = absl::Minutes(60);

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
whose time for it is not over are left out of the share.)";

struct BacktestOptions {
  std::string audience;
  std::string since;
  std::string until;
  std::string goal;
  std::string within = "7d";
  OfflineFiles files;
  std::string output = "table";
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

BacktestReport EvaluateAll(const OfflineProfiles& profiles,
                           const BacktestQuestion& question) {
  const int threads = MachineThreads();
  std::vector<Backtest> parts(threads, Backtest(question));
  Progress progress("evaluating");
  const auto total = static_cast<int64_t>(profiles.profile_count());
  profiles.ForEach(
      threads,
      [&](int thread, Evaluation& evaluation, std::string_view) {
        parts[thread].Add(evaluation);
      },
      [&](int64_t done) { progress.Update(done, total); });
  for (int i = 1; i < threads; ++i) parts[0].Merge(parts[i]);
  return parts[0].Report();
}

ExitCode BacktestFiles(const BacktestOptions& options, absl::Duration within) {
  OfflineReader reader(options.files);
  if (!reader.ReadRules()) return reader.exit_code();
  const std::optional<size_t> number = reader.FindAudience(options.audience);
  if (!number) return reader.exit_code();
  const Rulebook& rulebook = reader.rulebook()->model();
  const absl::StatusOr<std::vector<size_t>> goal =
      GoalOf(rulebook, options.goal);
  if (!goal.ok()) return FailWith(goal.status());
  if (!reader.ReadEvents()) return reader.exit_code();
  if (reader.profiles().profile_count() == 0) {
    PrintError(Concat(options.files.events, " has no events"));
    return ExitCode::kFailed;
  }
  // What the file knows ends with its last event.
  const absl::Time now =
      reader.profiles().LastEventTime(MachineThreads()) + absl::Microseconds(1);
  const Audience& audience = rulebook.audiences[*number];
  absl::TimeZone zone;
  absl::LoadTimeZone(audience.time_zone, &zone);
  absl::StatusOr<BacktestSpan> span =
      SpanOf(options.since, options.until, now, zone);
  if (!span.ok()) return FailWith(span.status());

  BacktestResult result;
  result.audience = audience.name;
  result.time_zone = audience.time_zone;
  result.since = ToTime(span->since());
  result.until = ToTime(span->until());
  result.goal = NamesOf(rulebook, *goal);
  result.within = within;
  result.report = EvaluateAll(reader.profiles(),
                              {*number, *std::move(span), *goal, within});
  PrintResult(result, options.output);
  return reader.exit_code();
}

// --- By the daemon ---

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) +
         absl::Nanoseconds(time.nanos());
}

absl::Duration ToDuration(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) +
         absl::Nanoseconds(duration.nanos());
}

BacktestConversion ToConversion(const v1::BacktestConversion& conversion) {
  return {conversion.entry_count(), conversion.reached_count()};
}

BacktestResult ToResult(const v1::BacktestResponse& response) {
  BacktestResult result;
  result.audience = response.audience();
  result.time_zone = response.time_zone();
  result.since = ToTime(response.start_time());
  result.until = ToTime(response.end_time());
  result.goal = {response.goals().begin(), response.goals().end()};
  result.within = ToDuration(response.within());
  BacktestReport& report = result.report;
  report.profiles = response.profile_count();
  report.size_before = response.size_before();
  report.entered_profiles = response.entered_profile_count();
  report.recent_entries = response.recent_entry_count();
  report.published = ToConversion(response.published());
  report.held_out = ToConversion(response.held_out());
  report.stays = {response.stays().ended_count(),
                  response.stays().running_count(),
                  ToDuration(response.stays().first_quartile()),
                  ToDuration(response.stays().median()),
                  ToDuration(response.stays().third_quartile())};
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
  request.set_since(options.since);
  request.set_until(options.until);
  request.set_goal(options.goal);
  request.mutable_within()->set_seconds(absl::ToInt64Seconds(within));
  if (!options.files.rules.empty()) {
    const absl::StatusOr<std::vector<SourceFile>> files =
        ReadRuleFolder(options.files.rules);
    if (!files.ok()) return FailWith(files.status());
    AddFiles(*files, *request.mutable_files());
  }
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  const auto stub = v1::RuleService::NewStub(connection->channel());
  v1::BacktestResponse response;
  const absl::Status status = connection->Call(
      *stub, &v1::RuleService::Stub::Backtest, request, response, kTimeout);
  if (!status.ok()) return FailWith(status);
  if (response.error_count() > 0) {
    for (const v1::Diagnostic& diagnostic : response.diagnostics()) {
      if (diagnostic.severity() != v1::Diagnostic::SEVERITY_ERROR) continue;
      std::fputs(diagnostic.rendered().c_str(), stderr);
    }
    PrintError(Concat("the rules have ",
                      Counted(response.error_count(), "error"),
                      "; nothing is evaluated"));
    return ExitCode::kFailed;
  }
  PrintResult(ToResult(response), options.output);
  return ExitCode::kOk;
}

ExitCode RunBacktest(const BacktestOptions& options,
                     const ConnectionOptions& where) {
  const std::optional<absl::Duration> within =
      ParseDurationText(options.within);
  if (!within || *within <= absl::ZeroDuration()) {
    PrintError(Concat("--within ", Quoted(options.within),
                      " is no duration; write it as in 7d or 12h"));
    return ExitCode::kUsage;
  }
  return options.files.events.empty() ? AskDaemon(options, *within, where)
                                      : BacktestFiles(options, *within);
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
  command
      ->add_option("--since", options->since,
                   "The first day: 90d (before the end), 2026-03-01, or a "
                   "timestamp.")
      ->required();
  command->add_option("--until", options->until,
                      "The end, not included: a day or a timestamp; default: "
                      "now, and of a file its last event.");
  CLI::Option* rules = command->add_option(
      "--rules", options->files.rules,
      "Other rules than those in force: a folder of rule files, or one file.");
  CLI::Option* events = command->add_option(
      "--events", options->files.events,
      "Without a daemon: the events, as CSV or JSON Lines; - is the standard "
      "input.");
  events->needs(rules);
  AddRetentionOption(*command, options->files.retention)->needs(events);
  command->add_option("--mapping", options->files.mapping,
                      "A YAML file that adapts a foreign file of events.");
  command->add_option("--rejected", options->files.rejected,
                      "Where lines that are no events are listed.");
  command->add_option("--goal", options->goal,
                      "The conversion to reach; default: any macro "
                      "conversion.");
  command->add_option("--within", options->within,
                      "How long after entering; default: 7d.");
  command
      ->add_option("--output", options->output,
                   "table (default), json, or csv: the days alone.")
      ->check(CLI::IsMember({"table", "json", "csv"}));
  AddConnectionOptions(*command, where);
  command->footer(kBacktestExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = RunBacktest(*options, where);
  });
}

}  // namespace audienced
