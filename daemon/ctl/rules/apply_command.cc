// `audiencectl apply`: puts the rules of a folder in force.

#include <memory>
#include <string>

#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/rules/rule_change.h"

namespace audienced {
namespace {

constexpr char kApplyExamples[] = R"(Examples:
  audiencectl apply rules/ --note "spring sale"
  audiencectl apply rules/ --confirm 0f3a5c77d2e81b94
      what audiencectl plan showed, although it moves many profiles
  audiencectl apply rules/ --new-audiences entered
      who is in a new audience counts as entering now

The rules are checked and their tests run first; on any fault those in force
stay. A change that moves more of a live audience than the daemon is set to let
pass is held back until it is confirmed: at a terminal you are asked.
Ends with 1 where the rules have errors or fail their tests, 4 where they are
held back.)";

struct ApplyOptions : RuleChangeOptions {
  std::string folder;
};

ExitCode Apply(ApplyOptions& options, const ConnectionOptions& where) {
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  v1::ApplyRulesRequest request;
  const absl::Status read = FillFiles(options.folder, *request.mutable_files());
  if (!read.ok()) return FailWith(read);
  const auto stub = v1::RuleService::NewStub(connection->channel());
  return ChangeRules(
      options, [&](const RuleChangeOptions& change, v1::RuleAttempt& attempt) {
        FillRequest(change, request);
        v1::ApplyRulesResponse response;
        absl::Status status =
            connection->Call(*stub, &v1::RuleService::Stub::ApplyRules, request,
                             response, kRuleChangeTimeout);
        attempt = response.attempt();
        return status;
      });
}

}  // namespace

void AddApplyCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code) {
  auto options = std::make_shared<ApplyOptions>();
  CLI::App* command =
      app.add_subcommand("apply", "Put the rules in a folder in force.");
  command
      ->add_option("folder", options->folder,
                   "The folder with the rule files (*.yaml) and their tests, "
                   "or one file.")
      ->required();
  AddRuleChangeOptions(*command, *options);
  AddConnectionOptions(*command, where);
  command->footer(kApplyExamples);
  command->callback(
      [options, &where, &exit_code] { exit_code = Apply(*options, where); });
}

}  // namespace audienced
