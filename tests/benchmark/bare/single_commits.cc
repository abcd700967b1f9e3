// `benchmark_bare commits`: one row a commit, one after another, not more of
// them a second than wanted; from when the row is sent to when it is durable.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/benchmark/bare/commands.h"
#include "tests/benchmark/bare/postgres.h"

namespace audienced::benchmark_shop {
namespace {

struct CommitsOptions {
  int rate = 1000;
  int count = 20'000;
};

std::string BigEndian(uint64_t number) {
  std::string bytes(8, '\0');
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(number >> (56 - 8 * i));
  }
  return bytes;
}

void Commit(const std::string& url, const CommitsOptions& options) {
  using std::chrono::steady_clock;
  Postgres postgres(url);
  postgres.Run(
      "SET client_min_messages = warning; CREATE TABLE IF NOT EXISTS "
      "single_commit (number bigint PRIMARY KEY, "
      "name text NOT NULL); TRUNCATE single_commit");
  postgres.Prepare("one",
                   "INSERT INTO single_commit VALUES ($1::bigint, $2::text)");
  std::vector<double> milliseconds;
  const auto start = steady_clock::now();
  for (int i = 0; i < options.count; ++i) {
    std::this_thread::sleep_until(
        start + std::chrono::nanoseconds(1'000'000'000ll * i / options.rate));
    const auto sent = steady_clock::now();
    postgres.RunPrepared("one", {BigEndian(i), "arrived"});
    milliseconds.push_back(
        std::chrono::duration<double>(steady_clock::now() - sent).count() *
        1e3);
  }
  std::sort(milliseconds.begin(), milliseconds.end());
  const size_t count = milliseconds.size();
  std::printf(
      "{\"commits\": %zu, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": "
      "%.3f}\n",
      count, milliseconds[count / 2], milliseconds[count * 99 / 100],
      milliseconds.back());
}

}  // namespace

void AddCommitsCommand(CLI::App& app, const std::string& url) {
  auto options = std::make_shared<CommitsOptions>();
  CLI::App* command =
      app.add_subcommand("commits", "Commits one row at a time.");
  command->add_option("--rate", options->rate, "Rows a second.");
  command->add_option("--count", options->count, "How many.");
  command->callback([&url, options] { Commit(url, *options); });
}

}  // namespace audienced::benchmark_shop
