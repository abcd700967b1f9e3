#include "daemon/ctl/rules/past_report.h"

#include <cstdio>

#include "daemon/ctl/rules/rule_change.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {

void AddReportOptions(CLI::App& command, ReportOptions& options,
                      ConnectionOptions& where) {
  command
      .add_option("--since", options.since,
                  "The begin: 90d (before the end), 2026-03-01, or a "
                  "timestamp.")
      ->required();
  command.add_option("--until", options.until,
                     "The end, not included: a day or a timestamp; default: "
                     "now, and of a file its last event.");
  CLI::Option* rules = command.add_option(
      "--rules", options.files.rules,
      "Other rules than those in force: a folder of rule files, or one file.");
  CLI::Option* events = command.add_option(
      "--events", options.files.events,
      "Without a daemon: the events, as CSV or JSON Lines; - is the standard "
      "input.");
  events->needs(rules);
  command.add_option("--mapping", options.files.mapping,
                     "A YAML file that adapts a foreign file of events.");
  command.add_option("--rejected", options.files.rejected,
                     "Where lines that are no events are listed.");
  AddConnectionOptions(command, where);
}

std::optional<absl::Duration> ReadPositiveDuration(std::string_view option,
                                                   const std::string& text) {
  const std::optional<absl::Duration> duration = ParseDurationText(text);
  if (duration && *duration > absl::ZeroDuration()) return duration;
  PrintError(Concat(option, " ", Quoted(text),
                    " is no duration above zero; write it as in 7d or 12h"));
  return std::nullopt;
}

std::optional<absl::Time> ReadEventsToReport(OfflineReader& reader,
                                             const ReportOptions& options,
                                             ExitCode& exit_code) {
  const bool is_read = reader.ReadEvents();
  exit_code = reader.exit_code();
  if (!is_read) return std::nullopt;
  if (reader.profiles().profile_count() > 0) {
    return reader.profiles().LastEventTime(MachineThreads()) +
           absl::Microseconds(1);
  }
  PrintError(Concat(options.files.events, " has no events"));
  exit_code = ExitCode::kFailed;
  return std::nullopt;
}

void PrintReportFaults(
    const google::protobuf::RepeatedPtrField<v1::Diagnostic>& diagnostics,
    int error_count) {
  for (const v1::Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity() != v1::Diagnostic::SEVERITY_ERROR) continue;
    std::fputs(diagnostic.rendered().c_str(), stderr);
  }
  PrintError(Concat("the rules have ", Counted(error_count, "error"),
                    "; nothing is evaluated"));
}

std::string ReportJson(const google::protobuf::Message& report) {
  nlohmann::ordered_json json = JsonOf(report);
  json.erase("diagnostics");
  json.erase("error_count");
  return Concat(JsonText(json), "\n");
}

absl::Status FillReportFiles(
    const ReportOptions& options,
    google::protobuf::RepeatedPtrField<v1::RuleFile>& files) {
  if (options.files.rules.empty()) return absl::OkStatus();
  const absl::StatusOr<std::vector<SourceFile>> given =
      ReadRuleFolder(options.files.rules);
  if (!given.ok()) return given.status();
  AddFiles(*given, files);
  return absl::OkStatus();
}

}  // namespace audienced
