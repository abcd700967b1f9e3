#ifndef AUDIENCED_DAEMON_CTL_VERB_GROUP_H_
#define AUDIENCED_DAEMON_CTL_VERB_GROUP_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/commands.h"

namespace audienced {

// Adds a verb that talks to the daemon to a group of verbs, `rules status` to
// `rules`. When it is chosen it connects to `where` and runs
// `run(options, connection)`, whose result goes to `exit_code`. Both outlive
// the run.
template <typename Options, typename Run>
CLI::App* AddGroupedVerb(CLI::App& group, const char* name,
                         const char* description, Run run,
                         const std::shared_ptr<Options>& options,
                         ConnectionOptions& where, ExitCode& exit_code) {
  CLI::App* verb = group.add_subcommand(name, description);
  AddConnectionOptions(*verb, where);
  verb->callback([options, run, &where, &exit_code] {
    absl::StatusOr<Connection> connection = Connection::Open(where);
    exit_code = connection.ok() ? run(*options, *connection)
                                : FailWith(connection.status());
  });
  return verb;
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_VERB_GROUP_H_
