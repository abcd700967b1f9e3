#ifndef AUDIENCED_DAEMON_CONFIG_INVOCATION_H_
#define AUDIENCED_DAEMON_CONFIG_INVOCATION_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "daemon/config/settings.h"

namespace audienced {

// What the start of the process asked for.
struct Invocation {
  enum class Action {
    kServe,  // run with `settings`
    kPrint,  // write `output` to standard output and end with success
  };
  Action action = Action::kServe;
  std::string output;
  Settings settings;
};

// The value of a variable of the environment; absent where it is not set.
using Environment =
    std::function<std::optional<std::string>(const std::string& name)>;

// The environment of the process.
std::optional<std::string> ProcessEnvironment(const std::string& name);

// Of the variables `NAME=value` those that look like a misspelt setting, each
// in a line for people: they begin with AUDIENCED_, are none, and come near
// one. The list ends with null.
std::vector<std::string> MisspeltVariables(const char* const* variables);

// Reads the command line (without the program's name), the environment and the
// file that `--config` or AUDIENCED_CONFIG names. A flag goes before the
// environment, that before the file, that before the default. A variable that
// is empty counts as not set.
//
// kInvalidArgument: the message holds all faults of all three, rendered for
// people, ends with a line break and holds no password. `version` is what
// --version prints.
absl::StatusOr<Invocation> ReadInvocation(
    const std::vector<std::string>& arguments, const Environment& environment,
    const std::string& version);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_INVOCATION_H_
