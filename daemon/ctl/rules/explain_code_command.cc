// `audiencectl explain-code`: the longer help of a fault of rule files.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ctl/answer.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/code_text.h"
#include "rules/source/diagnostic.h"
#include "rules/source/message.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

constexpr char kExplainCodeExamples[] = R"(Examples:
  audiencectl explain-code empty-window
      what the code in brackets behind a fault means, and how to put it right
  audiencectl explain-code
      all codes)";

ExitCode ExplainCode(const std::string& name) {
  if (name.empty()) {
    Print(CodeListText());
    return ExitCode::kOk;
  }
  const FaultCode* code = FindFaultCode(name);
  if (code != nullptr) {
    Print(CodeText(*code));
    return ExitCode::kOk;
  }
  std::vector<std::string_view> names;
  for (const FaultCode& one : FaultCodes()) names.push_back(one.name);
  const std::string_view nearest = NearestName(name, names);
  PrintError(Concat("there is no code ", Quoted(name), "; ",
                    nearest.empty()
                        ? "audiencectl explain-code lists all"
                        : Concat("did you mean ", Quoted(nearest), "?")));
  return ExitCode::kUsage;
}

}  // namespace

void AddExplainCodeCommand(CLI::App& app, ExitCode& exit_code) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "explain-code", "Tell what the code of a fault means; without it, all.");
  command->add_option("code", *name, "The code, such as empty-window.");
  command->footer(kExplainCodeExamples);
  command->callback([name, &exit_code] {
    // As it stands behind a fault, too: [empty-window].
    std::string_view code = *name;
    if (code.starts_with('[') && code.ends_with(']')) {
      code = code.substr(1, code.size() - 2);
    }
    exit_code = ExplainCode(std::string(code));
  });
}

}  // namespace audienced
