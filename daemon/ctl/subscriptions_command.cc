// `audiencectl subscriptions`: consumers of changes whose position the daemon
// remembers.

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "audienced/v1/audience_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/status_text.h"
#include "daemon/ctl/verb_group.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kSubscriptionsExamples[] = R"(Examples:
  audiencectl subscriptions create crm cart-abandoners
      from now on; the log is kept until crm has acknowledged it
  audiencectl watch --subscription crm
      what crm has not acknowledged, and then what comes; acknowledges what it
      has printed
  audiencectl subscriptions list
  audiencectl subscriptions delete crm)";

struct SubscriptionOptions {
  std::string name;
  std::vector<std::string> audiences;  // empty: all
  std::string since = "now";
  std::string output = "text";
};

ExitCode List(const SubscriptionOptions& options,
              const Connection& connection) {
  const auto stub = v1::AudienceService::NewStub(connection.channel());
  v1::ListSubscriptionsResponse response;
  const absl::Status status =
      connection.Call(*stub, &v1::AudienceService::Stub::ListSubscriptions,
                      v1::ListSubscriptionsRequest(), response);
  if (!status.ok()) return FailWith(status);
  if (options.output == "text") {
    Print(response.subscriptions().empty()
              ? "no subscriptions\n"
              : SubscriptionsText(response.subscriptions()));
    return ExitCode::kOk;
  }
  for (const v1::Subscription& each : response.subscriptions()) {
    Print(Concat(MessageJson(each), "\n"));
  }
  return ExitCode::kOk;
}

ExitCode Create(const SubscriptionOptions& options,
                const Connection& connection) {
  const auto stub = v1::AudienceService::NewStub(connection.channel());
  v1::CreateSubscriptionRequest request;
  request.set_name(options.name);
  for (const std::string& audience : options.audiences) {
    request.add_audiences(audience);
  }
  if (options.since != "now") request.set_cursor(options.since);
  v1::CreateSubscriptionResponse response;
  const absl::Status status = connection.Call(
      *stub, &v1::AudienceService::Stub::CreateSubscription, request, response);
  if (!status.ok()) return FailWith(status);
  Print(Concat(options.output == "json"
                   ? MessageJson(response.subscription())
                   : Concat("subscription ", Printable(options.name),
                            " begins here; follow it with audiencectl watch "
                            "--subscription ",
                            Printable(options.name)),
               "\n"));
  return ExitCode::kOk;
}

ExitCode Delete(const SubscriptionOptions& options,
                const Connection& connection) {
  const auto stub = v1::AudienceService::NewStub(connection.channel());
  v1::DeleteSubscriptionRequest request;
  request.set_subscription(options.name);
  v1::DeleteSubscriptionResponse response;
  const absl::Status status = connection.Call(
      *stub, &v1::AudienceService::Stub::DeleteSubscription, request, response);
  if (!status.ok()) return FailWith(status);
  Print(Concat("subscription ", Printable(options.name), " is gone\n"));
  return ExitCode::kOk;
}

void AddOutputOption(CLI::App& verb, std::string& output) {
  verb.add_option("--output", output,
                  "text (default) or json: one object a line.")
      ->check(CLI::IsMember({"text", "json"}));
}

}  // namespace

void AddSubscriptionsCommand(CLI::App& app, ConnectionOptions& where,
                             ExitCode& exit_code) {
  auto options = std::make_shared<SubscriptionOptions>();
  CLI::App* command = app.add_subcommand(
      "subscriptions",
      "Consumers of changes whose position the daemon remembers.");
  command->require_subcommand(1);
  command->footer(kSubscriptionsExamples);
  AddConnectionOptions(*command, where);
  const auto add = [&, options](const char* name, const char* description,
                                auto run) {
    return AddGroupedVerb(*command, name, description, run, options, where,
                          exit_code);
  };
  AddOutputOption(*add("list", "Yours, and how far each is behind.", List),
                  options->output);
  CLI::App* create =
      add("create", "Have the daemon remember a new one.", Create);
  create->add_option("name", options->name, "Its name.")->required();
  create->add_option("audience", options->audiences,
                     "Only these audiences; default: all.");
  create->add_option("--since", options->since,
                     "A cursor to begin at, or now (default).");
  AddOutputOption(*create, options->output);
  add("delete", "Forget one; the log is not kept for it any more.", Delete)
      ->add_option("name", options->name, "Its name.")
      ->required();
}

}  // namespace audienced
