// `audiencectl schema`: the JSON Schema of rule files, for editors.

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "rules/language/schema/rule_schema.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

ExitCode WriteSchema(const std::string& path) {
  const std::string schema = RuleFileSchema();
  if (path.empty()) {
    std::fputs(schema.c_str(), stdout);
    return ExitCode::kOk;
  }
  std::ofstream file(path, std::ios::binary);
  file << schema;
  file.close();
  if (file.good()) return ExitCode::kOk;
  PrintError(Concat("cannot write ", Quoted(path)));
  return ExitCode::kUsage;
}

}  // namespace

void AddSchemaCommand(CLI::App& app, ExitCode& exit_code) {
  auto path = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "schema", "Print the JSON Schema of rule files, for editors.");
  command->add_option("--output", *path,
                      "The file to write, for example rules.schema.json beside "
                      "the rules (default: standard output).");
  command->callback([path, &exit_code] { exit_code = WriteSchema(*path); });
  command->footer(
      "A rule file names its schema in its first line:\n"
      "  # yaml-language-server: $schema=./rules.schema.json");
}

}  // namespace audienced
