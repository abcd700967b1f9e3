// `audiencectl plan`: what a folder of rules would change.

#include <memory>
#include <string>

#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/rules/rule_change.h"

namespace audienced {
namespace {

constexpr char kPlanExamples[] = R"(Examples:
  audiencectl plan rules/
      who would enter and who would leave each audience, and what is held back
  audiencectl plan rules/ --output json | jq '.plan.audiences[] | .entering'

Nothing is changed. Ends with 1 where the rules have errors or fail their
tests, 4 where audiencectl apply would ask for confirmation.)";

struct PlanOptions {
  std::string folder;
  std::string output = "text";
};

ExitCode Plan(const PlanOptions& options, const ConnectionOptions& where) {
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  v1::PlanRulesRequest request;
  absl::Status status = FillFiles(options.folder, *request.mutable_files());
  if (!status.ok()) return FailWith(status);
  const auto stub = v1::RuleService::NewStub(connection->channel());
  v1::PlanRulesResponse response;
  status = connection->Call(*stub, &v1::RuleService::Stub::PlanRules, request,
                            response, kRuleChangeTimeout);
  if (!status.ok()) return FailWith(status);
  return Report(response.attempt(), options.output);
}

}  // namespace

void AddPlanCommand(CLI::App& app, ConnectionOptions& where,
                    ExitCode& exit_code) {
  auto options = std::make_shared<PlanOptions>();
  CLI::App* command = app.add_subcommand(
      "plan",
      "Tell what the rules in a folder would change, on the daemon's data.");
  command
      ->add_option("folder", options->folder,
                   "The folder with the rule files (*.yaml) and their tests, "
                   "or one file.")
      ->required();
  command
      ->add_option("--output", options->output,
                   "text (default) or json: one object.")
      ->check(CLI::IsMember({"text", "json"}));
  AddConnectionOptions(*command, where);
  command->footer(kPlanExamples);
  command->callback(
      [options, &where, &exit_code] { exit_code = Plan(*options, where); });
}

}  // namespace audienced
