// audiencectl: the command line of audienced.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/system/plain_locks.h"
#include "rules/source/message.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

constexpr char kDescription[] =
    "audiencectl checks and tries out rule files, and talks to audienced.";

constexpr char kExamples[] = R"(Examples:
  audiencectl check rules/
      every fault of every rule file, with its place and what to write instead
  audiencectl test rules/
      the tests beside the rules (*.test.yaml), each failure with its reason
  audiencectl evaluate --rules rules/ --events events.csv \
      --at 2026-03-01T00:00:00Z
      who would be in which audience, from a file alone
  audiencectl evaluate --rules rules/ --events events.csv \
      --at 2026-03-01T00:00:00Z --audience cart-abandoners --output ids
      one profile a line
  audiencectl import shop.jsonl
      a file of events into the daemon
  audiencectl members cart-abandoners --output json
      who is in an audience, with identifiers, items and value
  audiencectl export cart-abandoners --format meta-json --out carts/
      the same as files for an ad or email platform
  audiencectl plan rules/
      who would enter and leave if these rules were in force
  audiencectl watch --server 127.0.0.1:8450
      who enters and leaves, as it happens
  audiencectl sync cart-abandoners --to carts/
      a folder of files, or an endpoint, that follows an audience
  audiencectl subscriptions create crm cart-abandoners
      have the daemon remember what `watch --subscription crm` has told
  audiencectl profile show user_id:u-7
      what is held of one person; also: export, erase, merge, unmerge
  audiencectl backtest cart-abandoners --since 90d
      the size of an audience over past days
  audiencectl funnel checkout --since 30d
      how far people came on a ladder, and where they dropped off
  audiencectl conversions --since 90d
      what micro conversions are worth, and which foretell the macro one
  audiencectl status
      what the daemon does, and whether it keeps up
  audiencectl token create mailer --scope audiences --audience 'cart-*'
      lets a client in; also: token list, token revoke, audit

Ends with 0 where all is well, 1 where something is wrong with what was given,
2 where the command line is, 3 where `check --strict` finds only warnings,
4 where rules wait to be confirmed, 5 where the daemon does not answer or is not
ready.)";

// Whether the first word is no verb; says so then, and which one is near.
bool IsUnknownVerb(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  const std::string word = argv[1];
  std::vector<std::string_view> verbs;
  for (const CLI::App* verb : app.get_subcommands(nullptr)) {
    verbs.push_back(verb->get_name());
  }
  if (std::find(verbs.begin(), verbs.end(), word) != verbs.end()) return false;
  const std::string_view nearest = NearestName(word, verbs);
  PrintError(Concat("there is no verb ", Quoted(word),
                    nearest.empty()
                        ? "; see audiencectl --help"
                        : Concat("; did you mean ", Quoted(nearest), "?")));
  return true;
}

int Run(int argc, char** argv) {
  CLI::App app(kDescription, "audiencectl");
  app.set_version_flag("--version",
                       std::string("audiencectl ") + AUDIENCED_VERSION);
  app.require_subcommand(1);
  ExitCode exit_code = ExitCode::kOk;
  ConnectionOptions where;
  AddCheckCommand(app, where, exit_code);
  AddExplainCodeCommand(app, exit_code);
  AddTestCommand(app, exit_code);
  AddEvaluateCommand(app, exit_code);
  AddSchemaCommand(app, exit_code);
  AddConnectionOptions(app, where);
  AddImportCommand(app, where, exit_code);
  AddAudiencesCommand(app, where, exit_code);
  AddMembersCommand(app, where, exit_code);
  AddExportCommand(app, where, exit_code);
  AddWatchCommand(app, where, exit_code);
  AddSyncCommand(app, where, exit_code);
  AddSubscriptionsCommand(app, where, exit_code);
  AddBacktestCommand(app, where, exit_code);
  AddFunnelCommand(app, where, exit_code);
  AddConversionsCommand(app, where, exit_code);
  AddExplainCommand(app, where, exit_code);
  AddProfileCommand(app, where, exit_code);
  AddPlanCommand(app, where, exit_code);
  AddApplyCommand(app, where, exit_code);
  AddReloadCommand(app, where, exit_code);
  AddRulesCommand(app, where, exit_code);
  AddStatusCommand(app, where, exit_code);
  AddTokenCommand(app, where, exit_code);
  AddAuditCommand(app, where, exit_code);
  app.footer(kExamples);  // last: verbs would take it over
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Also how --help and --version end.
    const bool asked = error.get_exit_code() == 0;
    if (!asked && IsUnknownVerb(app, argc, argv))
      return static_cast<int>(ExitCode::kUsage);
    app.exit(error);
    return static_cast<int>(asked ? ExitCode::kOk : ExitCode::kUsage);
  }
  return static_cast<int>(exit_code);
}

// What was printed has to be there where all else went well: a full disk is no
// success. Who reads no more knows that already.
int WithOutput(int exit_code) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return exit_code;
  if (exit_code != static_cast<int>(ExitCode::kOk)) return exit_code;
  if (errno != EPIPE) {
    PrintError(Concat("the output cannot be written",
                      errno == 0 ? "" : Concat(": ", std::strerror(errno))));
  }
  return static_cast<int>(ExitCode::kFailed);
}

}  // namespace
}  // namespace audienced

// What jemalloc reads at its start. A tool that ends soon, or stays small,
// gives no memory back: on several threads that costs more than it brings.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "dirty_decay_ms:-1,muzzy_decay_ms:-1";
}

int main(int argc, char** argv) {
  audienced::UsePlainLocks();
  try {
    return audienced::WithOutput(audienced::Run(argc, argv));
  } catch (const std::exception& error) {
    audienced::PrintError(error.what());
    return static_cast<int>(audienced::ExitCode::kFailed);
  }
}
