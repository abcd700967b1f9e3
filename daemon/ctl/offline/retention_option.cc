#include "daemon/ctl/offline/retention_option.h"

#include <optional>
#include <string>

#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {

CLI::Option* AddRetentionOption(CLI::App& command, absl::Duration& retention) {
  return command.add_option_function<std::string>(
      "--retention",
      [&retention](const std::string& text) {
        const std::optional<absl::Duration> read = ParseDurationText(text);
        if (!read || *read < absl::Hours(24)) {
          throw CLI::ValidationError(
              "--retention", Concat(Quoted(text),
                                    " is no duration from 1d on; write it as "
                                    "in 90d"));
        }
        retention = *read;
      },
      "How long an event counts where the rules are to run, as 'retention' of "
      "the daemon; default: for ever.");
}

}  // namespace audienced
