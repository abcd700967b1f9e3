#ifndef AUDIENCED_DAEMON_CTL_COMMANDS_H_
#define AUDIENCED_DAEMON_CTL_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "daemon/ctl/client/connection.h"

namespace audienced {

// What a run of audiencectl ends with.
enum class ExitCode : int {
  kOk = 0,
  // The answer is no: faults in rules, lines rejected, an error of the daemon.
  kFailed = 1,
  // The command line asks for what is not there: a flag, a file, an audience.
  kUsage = 2,
  // `--strict`, and there are only lints.
  kLint = 3,
  // Rules would change much and wait to be confirmed.
  kHeldBack = 4,
  // The daemon is not ready: it does not answer, starts, is behind the time, or
  // cannot commit.
  kNotReady = 5,
};

// Each verb of audiencectl is one function in a file of its name. It adds the
// verb with its options to `app`; when the verb is chosen it runs within
// parsing and leaves its result in `exit_code`. Both outlive the run.
void AddEvaluateCommand(CLI::App& app, ExitCode& exit_code);
void AddSchemaCommand(CLI::App& app, ExitCode& exit_code);
void AddExplainCodeCommand(CLI::App& app, ExitCode& exit_code);
void AddTestCommand(CLI::App& app, ExitCode& exit_code);

// The verbs that talk to the daemon `where`.
void AddApplyCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code);
void AddAuditCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code);
void AddAudiencesCommand(CLI::App& app, ConnectionOptions& where,
                         ExitCode& exit_code);
void AddBacktestCommand(CLI::App& app, ConnectionOptions& where,
                        ExitCode& exit_code);
// Asks a daemon only where one is named.
void AddCheckCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code);
void AddConversionsCommand(CLI::App& app, ConnectionOptions& where,
                           ExitCode& exit_code);
void AddExplainCommand(CLI::App& app, ConnectionOptions& where,
                       ExitCode& exit_code);
void AddExportCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code);
void AddFunnelCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code);
void AddImportCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code);
void AddMembersCommand(CLI::App& app, ConnectionOptions& where,
                       ExitCode& exit_code);
void AddPlanCommand(CLI::App& app, ConnectionOptions& where,
                    ExitCode& exit_code);
void AddProfileCommand(CLI::App& app, ConnectionOptions& where,
                       ExitCode& exit_code);
void AddReloadCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code);
void AddRulesCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code);
void AddStatusCommand(CLI::App& app, ConnectionOptions& where,
                      ExitCode& exit_code);
void AddSubscriptionsCommand(CLI::App& app, ConnectionOptions& where,
                             ExitCode& exit_code);
void AddSyncCommand(CLI::App& app, ConnectionOptions& where,
                    ExitCode& exit_code);
void AddTokenCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code);
void AddWatchCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_COMMANDS_H_
