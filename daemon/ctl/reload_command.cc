// `audiencectl reload`: lets the daemon read its rule folder again.

#include <cstdio>
#include <memory>
#include <string>

#include "audienced/v1/rule_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// The answer comes when every profile is evaluated by the new rules.
constexpr absl::Duration kTimeout = absl::Minutes(30);

constexpr char kExamples[] = R"(Examples:
  audiencectl reload
  audiencectl reload --validate-only

Ends with 1 where the rules have errors; those in force stay then.)";

struct ReloadOptions {
  bool validate_only = false;
  std::string output = "text";
};

std::string SummaryText(const v1::ReloadRulesResponse& response,
                        bool validate_only) {
  const std::string version =
      Concat("version ", std::to_string(response.version()));
  std::string text;
  if (response.error_count() > 0) {
    text = Concat(Counted(response.error_count(), "error"), "; ", version,
                  " of the rules stays in force");
  } else if (validate_only) {
    text = Concat("the rules can be used; ", version, " is in force");
  } else {
    text = Concat(version, " of the rules is in force",
                  response.changed() ? "" : ", unchanged");
  }
  if (response.lint_count() > 0) {
    text += Concat("; ", Counted(response.lint_count(), "warning"));
  }
  return text;
}

ExitCode Reload(const ReloadOptions& options, const ConnectionOptions& where) {
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  const auto stub = v1::RuleService::NewStub(connection->channel());
  v1::ReloadRulesRequest request;
  request.set_validate_only(options.validate_only);
  v1::ReloadRulesResponse response;
  const absl::Status status = connection->Call(
      *stub, &v1::RuleService::Stub::ReloadRules, request, response, kTimeout);
  if (!status.ok()) return FailWith(status);
  if (options.output == "json") {
    Print(Concat(MessageJson(response), "\n"));
  } else {
    for (const v1::Diagnostic& diagnostic : response.diagnostics()) {
      Print(Concat(diagnostic.rendered(), "\n"));
    }
    Print(Concat(SummaryText(response, options.validate_only), "\n"));
  }
  return response.error_count() > 0 ? ExitCode::kFailed : ExitCode::kOk;
}

}  // namespace

void AddReloadCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code) {
  auto options = std::make_shared<ReloadOptions>();
  CLI::App* command = app.add_subcommand(
      "reload", "Let the daemon read its rule folder again; tell its faults.");
  command->add_flag("--validate-only", options->validate_only,
                    "Only read and check; the rules in force stay.");
  command
      ->add_option("--output", options->output,
                   "text (default) or json: one object.")
      ->check(CLI::IsMember({"text", "json"}));
  AddConnectionOptions(*command, where);
  command->footer(kExamples);
  command->callback(
      [options, &where, &exit_code] { exit_code = Reload(*options, where); });
}

}  // namespace audienced
