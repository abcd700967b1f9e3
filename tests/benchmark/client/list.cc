// `benchmark_client list`: all members of an audience, page by page.

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/client/member_pages.h"
#include "tests/benchmark/client/calls.h"
#include "tests/benchmark/client/commands.h"

namespace audienced::benchmark_shop {
namespace {

struct ListOptions {
  std::string audience;
  std::string output;
  int page_size = 10'000;
};

void WriteUserIds(const v1::ListMembersResponse& page, std::ofstream& file) {
  for (const v1::Member& member : page.members()) {
    for (const v1::Identifier& identifier : member.identifiers()) {
      if (identifier.kind() == "user_id") file << identifier.value() << "\n";
    }
  }
}

void List(const std::string& server, const ListOptions& options) {
  ConnectionOptions where;
  where.server = server;
  const absl::StatusOr<Connection> connection = Connection::Open(where);
  if (!connection.ok()) Fail(connection.status().ToString());
  WaitForConnection(*connection->channel(), server);
  std::ofstream file;
  if (!options.output.empty()) file.open(options.output);
  v1::ListMembersRequest request;
  request.set_audience(options.audience);
  request.set_page_size(options.page_size);
  int64_t members = 0, bytes = 0;
  const SteadyTime start = std::chrono::steady_clock::now();
  MemberPages pages(*connection, request);
  while (!pages.at_end()) {
    if (const absl::Status read = pages.Next(); !read.ok()) {
      Fail(read.ToString());
    }
    const v1::ListMembersResponse& page = pages.page();
    members += page.members_size();
    if (file.is_open()) {
      WriteUserIds(page, file);
      bytes += static_cast<int64_t>(page.ByteSizeLong());
    }
  }
  const double seconds =
      SecondsBetween(start, std::chrono::steady_clock::now());
  std::printf(
      "{\"members\": %lld, \"bytes\": %lld, \"seconds\": %.4f, "
      "\"per_second\": %.0f}\n",
      static_cast<long long>(members), static_cast<long long>(bytes), seconds,
      static_cast<double>(members) / seconds);
}

}  // namespace

void AddListCommand(CLI::App& app, const std::string& server) {
  auto options = std::make_shared<ListOptions>();
  CLI::App* command = app.add_subcommand("list", "Lists an audience.");
  command->add_option("--audience", options->audience, "Which one.")
      ->required();
  command->add_option("--page-size", options->page_size, "Members in a page.");
  command->add_option("--output", options->output,
                      "A file for the user ids, one a line; the bytes are "
                      "counted then, and the time means nothing.");
  command->callback([&server, options] { List(server, *options); });
}

}  // namespace audienced::benchmark_shop
