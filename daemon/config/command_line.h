#ifndef AUDIENCED_DAEMON_CONFIG_COMMAND_LINE_H_
#define AUDIENCED_DAEMON_CONFIG_COMMAND_LINE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace audienced {

// What stands on the command line, before any value is looked at.
struct CommandLine {
  // The texts given for settings, by the name of the setting; more than one
  // for lists only.
  std::map<std::string, std::vector<std::string>> values;
  std::optional<std::string> config;
  bool print_config = false;
  // What --help or --version prints; empty where neither was asked for.
  std::string output;
};

// Reads the arguments, which do not include the program's name.
// kInvalidArgument: one line, ending with a line break.
absl::StatusOr<CommandLine> ReadCommandLine(
    const std::vector<std::string>& arguments, const std::string& version);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_COMMAND_LINE_H_
