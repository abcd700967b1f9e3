// `benchmark_bare read`: how fast the rows of a table come out of PostgreSQL,
// by COPY in binary form, in physical ranges over several connections, and are
// thrown away.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/benchmark/bare/commands.h"
#include "tests/benchmark/bare/postgres.h"

namespace audienced::benchmark_shop {
namespace {

struct ReadOptions {
  std::vector<std::string> tables;  // each with its columns: `table:a,b`
  int connections = 2;
};

constexpr int64_t kBlocksPerRange = 4096;

// One statement for each physical range of the table, or of its partitions.
std::vector<std::string> Statements(Postgres& postgres,
                                    const std::string& table,
                                    const std::string& columns) {
  std::vector<std::string> statements;
  const std::vector<std::string> leaves = postgres.Run(absl::StrCat(
      "SELECT relid FROM pg_partition_tree('", table, "') WHERE isleaf"));
  for (const std::string& leaf :
       leaves.empty() ? std::vector<std::string>{table} : leaves) {
    int64_t blocks = 0;
    if (!absl::SimpleAtoi(postgres.Run(absl::StrCat("SELECT pg_relation_size('",
                                                    leaf, "') / 8192"))[0],
                          &blocks)) {
      continue;
    }
    for (int64_t block = 0; block < blocks; block += kBlocksPerRange) {
      statements.push_back(absl::StrCat(
          "COPY (SELECT ", columns, " FROM ", leaf, " WHERE ctid >= '(", block,
          ",0)'::tid AND ctid < '(", block + kBlocksPerRange,
          ",0)'::tid) TO STDOUT (FORMAT binary)"));
    }
  }
  return statements;
}

void Read(const std::string& url, const ReadOptions& options) {
  Postgres first(url);
  std::vector<std::string> statements;
  for (const std::string& table : options.tables) {
    const size_t colon = table.find(':');
    for (std::string& statement :
         Statements(first, table.substr(0, colon), table.substr(colon + 1))) {
      statements.push_back(std::move(statement));
    }
  }
  std::atomic<size_t> next = 0;
  std::atomic<int64_t> rows = 0, bytes = 0;
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < options.connections; ++i) {
    threads.emplace_back([&] {
      Postgres postgres(url);
      int64_t rows_here = 0, bytes_here = 0;
      for (size_t s = next++; s < statements.size(); s = next++) {
        postgres.CopyOut(statements[s], [&](std::string_view piece) {
          ++rows_here;
          bytes_here += static_cast<int64_t>(piece.size());
        });
        --rows_here;  // the end comes as a piece of its own
      }
      rows += rows_here;
      bytes += bytes_here;
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  std::printf("{\"rows\": %lld, \"bytes\": %lld, \"seconds\": %.4f}\n",
              static_cast<long long>(rows), static_cast<long long>(bytes),
              seconds);
}

}  // namespace

void AddReadCommand(CLI::App& app, const std::string& url) {
  auto options = std::make_shared<ReadOptions>();
  CLI::App* command = app.add_subcommand("read", "Reads whole tables.");
  command
      ->add_option("tables", options->tables,
                   "Each with its columns: `table:a,b`.")
      ->required();
  command->add_option("--connections", options->connections, "How many.");
  command->callback([&url, options] { Read(url, *options); });
}

}  // namespace audienced::benchmark_shop
