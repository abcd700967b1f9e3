// `audiencectl audit`: who read and changed what.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "audienced/v1/access_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"
#include "rules/source/printable.h"

namespace audienced {
namespace {

constexpr int64_t kEntriesAPage = 1000;

constexpr char kAuditExamples[] = R"(Examples:
  audiencectl audit
      the latest 100 entries
  audiencectl audit --audience cart-abandoners --since 7d --limit 0
      who read that list in the last week
  audiencectl audit --client mailer --output json > mailer.jsonl

Lists, exports, starts of watches and changes have an entry each; checks,
explanations and changes that were delivered are summed by the minute.)";

struct AuditOptions {
  std::string client;
  std::string audience;
  std::string since;
  int64_t limit = 100;  // 0: all
  std::string output = "table";
};

absl::StatusOr<v1::ListAuditEntriesRequest> RequestOf(
    const AuditOptions& options) {
  v1::ListAuditEntriesRequest request;
  request.set_client(options.client);
  request.set_audience(options.audience);
  if (options.since.empty()) return request;
  const std::optional<absl::Duration> span = ParseDurationText(options.since);
  if (span) {
    request.mutable_since_time()->set_seconds(
        absl::ToUnixSeconds(absl::Now() - *span));
    return request;
  }
  const auto instant = ReadInstant("--since", options.since);
  if (!instant.ok()) return instant.status();
  *request.mutable_since_time() = **instant;
  return request;
}

ExitCode ListEntries(const AuditOptions& options,
                     const ConnectionOptions& where) {
  const absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) return FailWith(connection.status());
  absl::StatusOr<v1::ListAuditEntriesRequest> request = RequestOf(options);
  if (!request.ok()) return FailWith(request.status());
  const auto stub = v1::AccessService::NewStub(connection->channel());
  TextTable table({{"TIME"},
                   {"CLIENT"},
                   {"METHOD"},
                   {"CALLS", TextTable::Align::kRight},
                   {"ITEMS", TextTable::Align::kRight},
                   {"AUDIENCE"}});
  int64_t count = 0;
  v1::ListAuditEntriesResponse page;
  do {
    page.Clear();
    const int64_t wanted = options.limit == 0
                               ? kEntriesAPage
                               : std::min(kEntriesAPage, options.limit - count);
    request->set_page_size(static_cast<int32_t>(wanted));
    const absl::Status status = connection->Call(
        *stub, &v1::AccessService::Stub::ListAuditEntries, *request, page);
    if (!status.ok()) return FailWith(status);
    for (const v1::AuditEntry& entry : page.entries()) {
      if (options.output == "json") {
        Print(Concat(MessageJson(entry), "\n"));
      } else {
        table.Add({TimeToSecond(entry.time()), Printable(entry.client()),
                   Printable(entry.method()), Grouped(entry.call_count()),
                   Grouped(entry.item_count()), Printable(entry.audience())});
      }
    }
    count += page.entries_size();
    Print(options.output == "json" ? "" : table.Take());
    request->set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty() &&
           (options.limit == 0 || count < options.limit));
  return ExitCode::kOk;
}

}  // namespace

void AddAuditCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code) {
  auto options = std::make_shared<AuditOptions>();
  CLI::App* command = app.add_subcommand(
      "audit", "Tell who read and changed what, the latest first.");
  command->add_option("--client", options->client, "Only of this client.");
  command->add_option("--audience", options->audience,
                      "Only of this audience.");
  command->add_option("--since", options->since,
                      "How far back: a duration like 7d, or an RFC 3339 "
                      "timestamp.");
  command
      ->add_option("--limit", options->limit,
                   "At most so many entries; 0: all. Default: 100.")
      ->check(CLI::Range(0, 1'000'000'000));
  command
      ->add_option("--output", options->output,
                   "table (default) or json: one object a line.")
      ->check(CLI::IsMember({"table", "json"}));
  AddConnectionOptions(*command, where);
  command->footer(kAuditExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = ListEntries(*options, where);
  });
}

}  // namespace audienced
