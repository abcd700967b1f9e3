#include "daemon/config/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "absl/status/status.h"
#include "daemon/config/setting_table.h"
#include "daemon/config/setting_value.h"
#include "daemon/config/wrap.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kDescription[] =
    "Turns what people did into who should hear from you: takes events in, "
    "keeps their history in PostgreSQL, evaluates the audiences of the rule "
    "files, and publishes who enters and leaves.";

constexpr char kFooter[] =
    "Each setting can also stand in the file of --config and in the "
    "environment (--late-after: AUDIENCED_LATE_AFTER). A flag goes before the "
    "environment, the environment before the file.";

constexpr size_t kFlagsWidth = 30;
constexpr size_t kHelpWidth = 80;

std::string Wrapped(std::string_view text, size_t width) {
  std::string wrapped;
  for (const std::string& line : WrappedLines(text, width)) {
    wrapped += Concat(wrapped.empty() ? "" : "\n", line);
  }
  return wrapped;
}

std::string Description(std::string_view text) {
  return Wrapped(text, kHelpWidth - kFlagsWidth);
}

void AddSetting(const Setting& setting, CommandLine& command_line,
                CLI::App& app) {
  CLI::Option* option = app.add_option(
      FlagOf(setting), command_line.values[std::string(setting.name)],
      Description(Concat(setting.description,
                         " Default: ", SettingValueText(setting, Settings()))));
  option->type_name(std::string(setting.value));
  if (IsListSetting(setting)) {
    option->delimiter(',');
  } else {
    option->expected(1);
  }
  option->allow_extra_args(false);
}

// The arguments last one first, as CLI11 takes them. It would read `--flag=`
// as a flag whose value is the next argument.
std::vector<std::string> ForParser(const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed;
  for (auto argument = arguments.rbegin(); argument != arguments.rend();
       ++argument) {
    if (argument->size() > 1 && argument->front() == '-' &&
        argument->back() == '=') {
      reversed.push_back("");
      reversed.push_back(argument->substr(0, argument->size() - 1));
    } else {
      reversed.push_back(*argument);
    }
  }
  return reversed;
}

}  // namespace

absl::StatusOr<CommandLine> ReadCommandLine(
    const std::vector<std::string>& arguments, const std::string& version) {
  CommandLine command_line;
  CLI::App app(Wrapped(kDescription, kHelpWidth), "audienced");
  app.footer(Wrapped(kFooter, kHelpWidth));
  app.get_formatter()->column_width(kFlagsWidth);
  std::string config;
  CLI::Option* config_option =
      app.add_option("--config", config, "The file with the settings.")
          ->type_name("FILE");
  app.add_flag("--print-config", command_line.print_config,
               Description("Print all settings as they would be used, and "
                           "what each means, as such a file; then end."));
  app.set_version_flag("--version", Concat("audienced ", version),
                       "Print the version; then end.");
  for (const SettingSection& section : SettingSections()) {
    for (const Setting& setting : section.settings) {
      AddSetting(setting, command_line, app);
    }
  }
  try {
    app.parse(ForParser(arguments));
  } catch (const CLI::CallForHelp&) {
    command_line.output = app.help();
  } catch (const CLI::CallForVersion&) {
    command_line.output = Concat("audienced ", version, "\n");
  } catch (const CLI::ParseError& error) {
    return absl::InvalidArgumentError(
        Concat("error: ", error.what(), "\n  help: audienced --help\n"));
  }
  if (config_option->count() > 0) command_line.config = config;
  std::erase_if(command_line.values,
                [](const auto& value) { return value.second.empty(); });
  return command_line;
}

}  // namespace audienced
