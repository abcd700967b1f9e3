// `audiencectl audiences`: the audiences of the rules in force.

#include <cstdio>
#include <memory>
#include <string>

#include "audienced/v1/audience_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kAudiencesExamples[] = R"(Examples:
  audiencectl audiences
  audiencectl audiences --output json | jq -r .name)";

struct AudiencesOptions {
  std::string output = "table";
};

void PrintPage(const v1::ListAudiencesResponse& page, bool as_json,
               TextTable& table) {
  for (const v1::Audience& audience : page.audiences()) {
    if (as_json) {
      Print(Concat(MessageJson(audience), "\n"));
    } else {
      table.Add({Printable(audience.name()), StatusText(audience.status()),
                 Grouped(audience.member_count()),
                 Printable(audience.title())});
    }
  }
  if (!as_json) Print(table.Take());
}

ExitCode ListAudiences(const AudiencesOptions& options,
                       const ConnectionOptions& where) {
  absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  const auto stub = v1::AudienceService::NewStub(connection->channel());
  TextTable table({{"AUDIENCE"},
                   {"STATUS"},
                   {"MEMBERS", TextTable::Align::kRight},
                   {"TITLE"}});
  v1::ListAudiencesRequest request;
  request.set_page_size(1000);
  v1::ListAudiencesResponse page;
  do {
    page.Clear();
    const absl::Status status = connection->Call(
        *stub, &v1::AudienceService::Stub::ListAudiences, request, page);
    if (!status.ok()) return FailWith(status);
    PrintPage(page, options.output == "json", table);
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  std::fflush(stdout);
  if (page.has_evaluated_through_time()) {
    std::fprintf(stderr, "evaluated through %s, by version %lld of the rules\n",
                 ExactTime(page.evaluated_through_time()).c_str(),
                 static_cast<long long>(page.rule_version()));
  }
  return ExitCode::kOk;
}

}  // namespace

void AddAudiencesCommand(CLI::App& app, ConnectionOptions& where,
                         ExitCode& exit_code) {
  auto options = std::make_shared<AudiencesOptions>();
  CLI::App* command = app.add_subcommand(
      "audiences", "List the audiences, with how many members each has.");
  command
      ->add_option("--output", options->output,
                   "table (default) or json: one object a line.")
      ->check(CLI::IsMember({"table", "json"}));
  AddConnectionOptions(*command, where);
  command->footer(kAudiencesExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = ListAudiences(*options, where);
  });
}

}  // namespace audienced
