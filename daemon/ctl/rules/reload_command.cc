// `audiencectl reload`: lets the daemon read its rule folder again.

#include <memory>
#include <string>

#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/rules/rule_change.h"

namespace audienced {
namespace {

constexpr char kReloadExamples[] = R"(Examples:
  audiencectl reload
  audiencectl reload --validate-only
  audiencectl reload --confirm 0f3a5c77d2e81b94

Ends with 1 where the rules have errors or fail their tests, 4 where they are
held back; those in force stay then.)";

struct ReloadOptions : RuleChangeOptions {
  bool validate_only = false;
};

ExitCode Reload(ReloadOptions& options, const ConnectionOptions& where) {
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  const auto stub = v1::RuleService::NewStub(connection->channel());
  return ChangeRules(
      options, [&](const RuleChangeOptions& change, v1::RuleAttempt& attempt) {
        v1::ReloadRulesRequest request;
        request.set_validate_only(options.validate_only);
        FillRequest(change, request);
        v1::ReloadRulesResponse response;
        absl::Status status =
            connection->Call(*stub, &v1::RuleService::Stub::ReloadRules,
                             request, response, kRuleChangeTimeout);
        attempt = response.attempt();
        return status;
      });
}

}  // namespace

void AddReloadCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code) {
  auto options = std::make_shared<ReloadOptions>();
  CLI::App* command = app.add_subcommand(
      "reload", "Let the daemon read its rule folder again; tell its faults.");
  command->add_flag("--validate-only", options->validate_only,
                    "Only read, check and test; the rules in force stay.");
  AddRuleChangeOptions(*command, *options);
  AddConnectionOptions(*command, where);
  command->footer(kReloadExamples);
  command->callback(
      [options, &where, &exit_code] { exit_code = Reload(*options, where); });
}

}  // namespace audienced
