#ifndef AUDIENCED_TESTS_BENCHMARK_CLIENT_COMMANDS_H_
#define AUDIENCED_TESTS_BENCHMARK_CLIENT_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <string>

namespace audienced::benchmark_shop {

// The verbs of benchmark_client, one file each. `server` is the address of the
// daemon. Each prints one JSON object on stdout.
void AddIngestCommand(CLI::App& app, const std::string& server);
void AddListCommand(CLI::App& app, const std::string& server);
void AddWatchCommand(CLI::App& app, const std::string& server);
void AddLatencyCommand(CLI::App& app, const std::string& server);
void AddCheckCommand(CLI::App& app, const std::string& server);
void AddBareServerCommand(CLI::App& app);

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_CLIENT_COMMANDS_H_
