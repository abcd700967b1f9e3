#ifndef AUDIENCED_DAEMON_CTL_OFFLINE_RETENTION_OPTION_H_
#define AUDIENCED_DAEMON_CTL_OFFLINE_RETENTION_OPTION_H_

#include <CLI/CLI.hpp>

#include "absl/time/time.h"

namespace audienced {

// Adds `--retention` to a verb that works without a daemon: how long events
// are to count. `retention`, which stays as it is where nobody says so,
// outlives the run.
CLI::Option* AddRetentionOption(CLI::App& command, absl::Duration& retention);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_OFFLINE_RETENTION_OPTION_H_
