// `audiencectl explain`: why someone is in an audience, or why not.

#include <cstdio>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "audienced/v1/audience_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/client/profile_name.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/explanation_text.h"
#include "daemon/ctl/text/message_json.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kExplainExamples[] = R"(Examples:
  audiencectl explain cart-abandoners u-00123
  audiencectl explain cart-abandoners email:ann@example.com
  audiencectl explain cart-abandoners u-00123 --at 2026-03-01T09:00:00Z

A profile is named by an identifier: with its kind, or, for the kinds user_id,
profile, email, phone, anonymous_id and advertising_id, by the value alone.)";

struct ExplainOptions {
  std::string audience;
  std::string profile;
  std::string at;
  std::string output = "text";
};

absl::StatusOr<v1::ExplainMembershipResponse> Ask(
    const ExplainOptions& options, const ConnectionOptions& where) {
  v1::ExplainMembershipRequest request;
  request.set_audience(options.audience);
  const auto at = ReadInstant("--at", options.at);
  if (!at.ok()) return at.status();
  if (*at) *request.mutable_as_of_time() = **at;

  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return connection.status();
  const auto stub = v1::AudienceService::NewStub(connection->channel());
  absl::StatusOr<v1::ProfileReference> profile =
      ResolveProfile(*connection, *stub, options.audience, options.profile);
  if (!profile.ok()) return profile.status();
  *request.mutable_profile() = *std::move(profile);
  v1::ExplainMembershipResponse response;
  const absl::Status status = connection->Call(
      *stub, &v1::AudienceService::Stub::ExplainMembership, request, response);
  if (!status.ok()) return status;
  return response;
}

ExitCode Explain(const ExplainOptions& options,
                 const ConnectionOptions& where) {
  const absl::StatusOr<v1::ExplainMembershipResponse> response =
      Ask(options, where);
  if (!response.ok()) return FailWith(response.status());
  if (options.output == "json") {
    Print(Concat(MessageJson(*response), "\n"));
  } else {
    ExplanationStyle style{ColorFor(stdout), WritesUtf8()};
    if (!options.at.empty()) style.now = ToInstant(absl::Now());
    Print(ExplanationText(*response, style));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddExplainCommand(CLI::App& app, ConnectionOptions& where,
                       ExitCode& exit_code) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = app.add_subcommand(
      "explain",
      "Tell why someone is in an audience or not, since and until when.");
  command->add_option("audience", options->audience, "The audience.")
      ->required();
  command
      ->add_option("profile", options->profile,
                   "Who: an identifier, such as u-7 or user_id:u-7.")
      ->required();
  command->add_option("--at", options->at,
                      "The instant to explain, 2026-03-01T09:00:00Z; default: "
                      "now.");
  command
      ->add_option("--output", options->output,
                   "text (default) or json: one object.")
      ->check(CLI::IsMember({"text", "json"}));
  AddConnectionOptions(*command, where);
  command->footer(kExplainExamples);
  command->callback(
      [options, &where, &exit_code] { exit_code = Explain(*options, where); });
}

}  // namespace audienced
