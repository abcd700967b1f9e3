// `audiencectl check`: every fault of a folder of rule files.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "audienced/v1/rule_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/offline/retention_option.h"
#include "daemon/ctl/rules/rule_change.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/language/load.h"
#include "rules/source/message.h"
#include "rules/source/render.h"

namespace audienced {
namespace {

constexpr char kCheckExamples[] = R"(Examples:
  audiencectl check rules/
  audiencectl check rules/cart.yaml
      one file alone: names that it takes from others are unknown to it
  audiencectl check rules/ --strict
      for a build server: warnings count as well
  audiencectl check rules/ --server 127.0.0.1:8450
      also events, properties and traits that this daemon never saw, and its
      retention
  audiencectl check rules/ --retention 90d
      also spans that are too long, and rules that look further back, where
      events count for 90 days
  audiencectl check rules/ --output json | jq '.faults[].message'

Tests (*.test.yaml) are run by audiencectl test. Ends with 1 where there are
errors, 3 where there are only warnings and --strict is given.)";

struct CheckOptions {
  std::string folder;
  bool strict = false;
  std::string output = "text";
  absl::Duration retention = absl::InfiniteDuration();
};

// "3 files, 4 audiences, no faults"
std::string Summary(const std::vector<SourceFile>& files,
                    const Rulebook& rulebook, const Diagnostics& diagnostics) {
  std::string faults;
  if (diagnostics.error_count() > 0) {
    faults = Counted(diagnostics.error_count(), "error");
  }
  if (diagnostics.lint_count() > 0) {
    faults += Concat(faults.empty() ? "" : ", ",
                     Counted(diagnostics.lint_count(), "warning"));
  }
  return Concat(
      Counted(static_cast<int64_t>(files.size()), "file"), ", ",
      Counted(static_cast<int64_t>(rulebook.audiences.size()), "audience"),
      ", ", faults.empty() ? "no faults" : faults);
}

void PrintText(const std::vector<SourceFile>& files, const Rulebook& rulebook,
               const Diagnostics& diagnostics) {
  const Color color = ColorFor(stdout);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    std::fputs((RenderText(diagnostic, files, color) + "\n").c_str(), stdout);
  }
  const size_t found =
      static_cast<size_t>(diagnostics.error_count() + diagnostics.lint_count());
  if (found > diagnostics.all().size()) {
    std::puts(Concat("only ", std::to_string(diagnostics.all().size()),
                     " of them are told\n")
                  .c_str());
  }
  std::puts(Summary(files, rulebook, diagnostics).c_str());
}

void PrintJson(const std::vector<SourceFile>& files, const Rulebook& rulebook,
               const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    all += Concat(all.empty() ? "\n  " : ",\n  ", RenderJson(diagnostic));
  }
  std::puts(Concat("{\"files\":", std::to_string(files.size()),
                   ",\"audiences\":", std::to_string(rulebook.audiences.size()),
                   ",\"errors\":", std::to_string(diagnostics.error_count()),
                   ",\"warnings\":", std::to_string(diagnostics.lint_count()),
                   ",\"faults\":[", all, all.empty() ? "" : "\n", "]}")
                .c_str());
}

// Adds what only the daemon can know: names that no event ever had, how many
// currencies there are, and how long its events count.
absl::Status AddFaultsOfDaemon(const std::vector<SourceFile>& files,
                               const ConnectionOptions& where,
                               Diagnostics& diagnostics) {
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return connection.status();
  v1::CheckRulesRequest request;
  request.set_against_data(true);
  AddFiles(files, *request.mutable_files());
  const auto stub = v1::RuleService::NewStub(connection->channel());
  v1::CheckRulesResponse response;
  const absl::Status asked = connection->Call(
      *stub, &v1::RuleService::Stub::CheckRules, request, response);
  if (!asked.ok()) return asked;
  for (const v1::Diagnostic& told : response.diagnostics()) {
    const FaultCode* code = FindFaultCode(told.code());
    const bool of_daemon = told.code() == "several-currencies" ||
                           told.code() == "beyond-retention" ||
                           told.code() == "looks-beyond-retention" ||
                           told.code().starts_with("never-seen-");
    if (code == nullptr || !of_daemon) continue;
    diagnostics.Add(
        code->name,
        {told.path(),
         {{told.line(), told.column()}, {told.end_line(), told.end_column()}}},
        told.message(), told.within(), told.help());
  }
  return absl::OkStatus();
}

ExitCode Check(const CheckOptions& options, const ConnectionOptions& where) {
  absl::StatusOr<std::vector<SourceFile>> files =
      ReadRuleFolder(options.folder);
  if (!files.ok()) {
    PrintError(std::string(files.status().message()));
    return ExitCode::kUsage;
  }
  Diagnostics diagnostics;
  const Rulebook rulebook =
      LoadRulebook(*files, diagnostics, options.retention);
  if (!where.server.empty() && !diagnostics.has_errors()) {
    const absl::Status asked = AddFaultsOfDaemon(*files, where, diagnostics);
    if (!asked.ok()) return FailWith(asked);
  }
  diagnostics.Sort();
  const std::vector<std::string> passed_over = PassedOver(options.folder);
  for (const std::string& name : passed_over) {
    PrintError(Concat("warning: ", Quoted(name),
                      " is passed over; rule files end in .yaml and lie in the "
                      "folder itself"));
  }
  if (options.output == "json") {
    PrintJson(*files, rulebook, diagnostics);
  } else {
    PrintText(*files, rulebook, diagnostics);
  }
  if (diagnostics.has_errors()) return ExitCode::kFailed;
  const bool has_warnings =
      diagnostics.lint_count() > 0 || !passed_over.empty();
  return options.strict && has_warnings ? ExitCode::kLint : ExitCode::kOk;
}

}  // namespace

void AddCheckCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code) {
  auto options = std::make_shared<CheckOptions>();
  CLI::App* command = app.add_subcommand(
      "check", "Tell every fault of the rule files in a folder.");
  command
      ->add_option("folder", options->folder,
                   "The folder with the rule files (*.yaml), or one file.")
      ->required();
  command->add_flag("--strict", options->strict,
                    "End with 3 where there are warnings.");
  command->add_option("--output", options->output, "text (default) or json.")
      ->check(CLI::IsMember({"text", "json"}));
  AddRetentionOption(*command, options->retention);
  AddConnectionOptions(*command, where);
  command->footer(kCheckExamples);
  command->callback(
      [options, &where, &exit_code] { exit_code = Check(*options, where); });
}

}  // namespace audienced
