// Clients that load the daemon, and take as little as they can of the machine
// that they share with it.

#include "daemon/system/plain_locks.h"
#include "tests/benchmark/client/commands.h"

int main(int count, char** words) {
  audienced::UsePlainLocks();
  CLI::App app("Loads a daemon, and says how it did: one JSON object.");
  std::string server = "127.0.0.1:8450";
  app.add_option("--server", server, "The address of the daemon.");
  app.require_subcommand(1);
  audienced::benchmark_shop::AddIngestCommand(app, server);
  audienced::benchmark_shop::AddListCommand(app, server);
  audienced::benchmark_shop::AddWatchCommand(app, server);
  audienced::benchmark_shop::AddLatencyCommand(app, server);
  audienced::benchmark_shop::AddCheckCommand(app, server);
  audienced::benchmark_shop::AddBareServerCommand(app);
  CLI11_PARSE(app, count, words);
  return 0;
}
