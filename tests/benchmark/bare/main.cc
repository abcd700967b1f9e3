// What PostgreSQL can do by itself on this machine: the limits beside which the
// daemon is measured.

#include "tests/benchmark/bare/commands.h"

int main(int count, char** words) {
  CLI::App app("Measures PostgreSQL alone: one JSON object.");
  std::string url;
  app.add_option("--url", url, "The database.")->required();
  app.require_subcommand(1);
  audienced::benchmark_shop::AddCopyCommand(app, url);
  audienced::benchmark_shop::AddReadCommand(app, url);
  audienced::benchmark_shop::AddCommitsCommand(app, url);
  CLI11_PARSE(app, count, words);
  return 0;
}
