// `audiencectl members`: who is in an audience.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "audienced/v1/audience_service.pb.h"
#include "daemon/ctl/above_zero.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/client/member_pages.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr int32_t kMembersAPage = 1000;

constexpr char kMembersExamples[] = R"(Examples:
  audiencectl members cart-abandoners --limit 20
  audiencectl members cart-abandoners --output json > list.jsonl
  audiencectl members cart-abandoners --at 2026-03-01T09:00:00Z --output ids
  audiencectl members spring-draft --preview

The list is one state, however many pages it takes. Its cursor, on stderr, is
where `audiencectl watch cart-abandoners --since CURSOR` goes on.)";

struct MembersOptions {
  std::string audience;
  int64_t limit = 0;  // 0: all
  std::string at;
  bool preview = false;
  std::string output = "table";
};

// One run of the verb.
class MembersRun {
 public:
  MembersRun(const MembersOptions& options, const ConnectionOptions& where)
      : options_(options), where_(where) {}

  ExitCode Run();

 private:
  // All pages, or those up to the limit.
  absl::Status ListPages();
  void TakePage(const v1::ListMembersResponse& page);
  void PrintFooter(bool more) const;

  const MembersOptions& options_;
  const ConnectionOptions& where_;
  int64_t count_ = 0;
  TextTable table_{{{"WHO"},
                    {"ENTERED"},
                    {"EPISODE", TextTable::Align::kRight},
                    {"ITEMS"},
                    {"VALUE"}}};
  std::vector<std::string> ids_;
  v1::ListMembersResponse last_;  // what the last page says beside members
  google::protobuf::Timestamp evaluated_through_;
};

ExitCode MembersRun::Run() {
  if (absl::Status listed = ListPages(); !listed.ok()) return FailWith(listed);
  std::sort(ids_.begin(), ids_.end());
  for (const std::string& id : ids_) Print(Concat(id, "\n"));
  std::fflush(stdout);
  PrintFooter(!last_.next_page_token().empty());
  return ExitCode::kOk;
}

absl::Status MembersRun::ListPages() {
  v1::ListMembersRequest request;
  request.set_audience(options_.audience);
  const auto at = ReadInstant("--at", options_.at);
  if (!at.ok()) return at.status();
  if (*at) *request.mutable_as_of_time() = **at;
  request.set_preview(options_.preview);
  request.set_page_size(kMembersAPage);

  absl::StatusOr<Connection> connection = Connection::Open(where_);
  if (!connection.ok()) return connection.status();
  MemberPages pages(
      *connection, std::move(request),
      options_.limit > 0 ? options_.limit : MemberPages::kNoLimit);
  while (!pages.at_end()) {
    const absl::Status status = pages.Next();
    if (!status.ok()) return status;
    v1::ListMembersResponse& page = pages.page();
    TakePage(page);
    if (page.has_evaluated_through_time()) {
      evaluated_through_ = page.evaluated_through_time();
    }
    page.clear_members();
    last_ = page;
  }
  return absl::OkStatus();
}

void MembersRun::TakePage(const v1::ListMembersResponse& page) {
  for (const v1::Member& member : page.members()) {
    ++count_;
    if (options_.output == "json") {
      Print(Concat(MessageJson(member), "\n"));
    } else if (options_.output == "ids") {
      ids_.push_back(HeaviestValue(member.identifiers(), member.profile()));
    } else {
      table_.Add(MemberCells(member));
    }
  }
  if (options_.output == "table" && count_ > 0) Print(table_.Take());
}

void MembersRun::PrintFooter(bool more) const {
  const std::string withheld = WithholdingText(last_.withholding());
  std::string footer =
      Concat(Grouped(count_), count_ == 1 ? " member" : " members",
             more ? ", more follow" : "");
  if (evaluated_through_.seconds() > 0) {
    footer += Concat("; evaluated through ", ExactTime(evaluated_through_));
  }
  footer += "\n";
  if (!withheld.empty()) footer += withheld + "\n";
  // Of a list that was cut short the rest would be missed.
  if (!more && !last_.cursor().empty()) {
    footer += Concat("cursor: ", last_.cursor(), "\n");
  }
  std::fputs(footer.c_str(), stderr);
}

}  // namespace

void AddMembersCommand(CLI::App& app, ConnectionOptions& where,
                       ExitCode& exit_code) {
  auto options = std::make_shared<MembersOptions>();
  CLI::App* command = app.add_subcommand(
      "members", "List who is in an audience, with identifiers and context.");
  command->add_option("audience", options->audience, "The audience.")
      ->required();
  command
      ->add_option("--limit", options->limit, "At most so many; default: all.")
      ->check(AboveZero());
  command->add_flag("--preview", options->preview,
                    "Who would be in, published or not: of a draft, or of an "
                    "audience that is paused or too small.");
  command->add_option("--at", options->at,
                      "The members at this instant, by the rules in force now: "
                      "2026-03-01T09:00:00Z. Default: those published.");
  command
      ->add_option("--output", options->output,
                   "table (default), json: one object a line, or ids: one "
                   "profile a line, sorted.")
      ->check(CLI::IsMember({"table", "json", "ids"}));
  AddConnectionOptions(*command, where);
  command->footer(kMembersExamples);
  command->callback([options, &where, &exit_code] {
    exit_code = MembersRun(*options, where).Run();
  });
}

}  // namespace audienced
