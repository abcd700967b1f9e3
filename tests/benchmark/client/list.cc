// `benchmark_client list`: all members of an audience, page by page.

#include <google/protobuf/arena.h>
#include <grpcpp/client_context.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "audienced/v1/audience_service.grpc.pb.h"
#include "tests/benchmark/client/calls.h"
#include "tests/benchmark/client/commands.h"

namespace audienced::benchmark_shop {
namespace {

// More than a page takes once it is read.
constexpr size_t kPageBytes = 16 << 20;

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
  const Channels channels = OpenChannels(server, 1);
  const auto stub = v1::AudienceService::NewStub(channels.front());
  std::ofstream file;
  if (!options.output.empty()) file.open(options.output);
  v1::ListMembersRequest request;
  request.set_audience(options.audience);
  request.set_page_size(options.page_size);
  // Of one page after the other.
  const auto block = std::make_unique_for_overwrite<char[]>(kPageBytes);
  google::protobuf::ArenaOptions blocks;
  blocks.initial_block = block.get();
  blocks.initial_block_size = kPageBytes;
  google::protobuf::Arena arena(blocks);
  int64_t members = 0, bytes = 0;
  const SteadyTime start = std::chrono::steady_clock::now();
  do {
    grpc::ClientContext context;
    arena.Reset();
    auto& page =
        *google::protobuf::Arena::CreateMessage<v1::ListMembersResponse>(
            &arena);
    const grpc::Status status = stub->ListMembers(&context, request, &page);
    if (!status.ok()) Fail(status.error_message());
    members += page.members_size();
    request.set_page_token(page.next_page_token());
    if (file.is_open()) {
      WriteUserIds(page, file);
      bytes += static_cast<int64_t>(page.ByteSizeLong());
    }
  } while (!request.page_token().empty());
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
