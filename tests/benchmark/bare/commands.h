#ifndef AUDIENCED_TESTS_BENCHMARK_BARE_COMMANDS_H_
#define AUDIENCED_TESTS_BENCHMARK_BARE_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <string>

namespace audienced::benchmark_shop {

// The verbs of benchmark_bare, one file each. `url` is that of the database.
// Each prints one JSON object on stdout.
void AddCopyCommand(CLI::App& app, const std::string& url);
void AddReadCommand(CLI::App& app, const std::string& url);
void AddCommitsCommand(CLI::App& app, const std::string& url);

}  // namespace audienced::benchmark_shop

#endif  // AUDIENCED_TESTS_BENCHMARK_BARE_COMMANDS_H_
