// `audiencectl status`: what the daemon does, and whether it is well.

#include <memory>
#include <string>

#include "audienced/v1/status_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/status_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kStatusExamples[] = R"(Examples:
  audiencectl status
  audiencectl status --output json | jq .freshness.lag

Ends with 0 while the daemon is ready, 5 while it is not: it starts, its
memberships are behind the time, or it cannot commit.)";

struct StatusOptions {
  std::string output = "table";
};

ExitCode TellStatus(const StatusOptions& options,
                    const ConnectionOptions& where) {
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  const auto stub = v1::StatusService::NewStub(connection->channel());
  v1::GetStatusResponse response;
  const absl::Status asked =
      connection->Call(*stub, &v1::StatusService::Stub::GetStatus,
                       v1::GetStatusRequest(), response, absl::Seconds(10));
  if (absl::IsUnavailable(asked)) {
    FailWith(asked);
    return ExitCode::kNotReady;
  }
  if (!asked.ok()) return FailWith(asked);
  Print(options.output == "json" ? Concat(MessageJson(response), "\n")
                                 : StatusScreen(response, ColorFor(stdout)));
  return response.freshness().fresh() ? ExitCode::kOk : ExitCode::kNotReady;
}

}  // namespace

void AddStatusCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App* command = app.add_subcommand(
      "status", "Tell what the daemon does, and whether it keeps up.");
  command
      ->add_option("--output", options->output,
                   "table (default) or json: one object.")
      ->check(CLI::IsMember({"table", "json"}));
  AddConnectionOptions(*command, where);
  command->footer(kStatusExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = TellStatus(*options, where);
  });
}

}  // namespace audienced
