#include "daemon/ctl/rules/rule_change.h"

#include <pwd.h>
#include <unistd.h>

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/rule_text.h"
#include "daemon/ingest/rule_folder.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Who is at the keyboard: who has logged in, else as whom the program runs.
std::string LoginName() {
  for (const char* name : {"LOGNAME", "USER"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  const passwd* const user = getpwuid(geteuid());
  return user == nullptr ? "" : user->pw_name;
}

}  // namespace

void AddRuleChangeOptions(CLI::App& command, RuleChangeOptions& options) {
  options.author = LoginName();
  command.add_option("--confirm", options.confirm,
                     "The fingerprint of a plan whose difference is wanted "
                     "however large it is.");
  command.add_option("--author", options.author,
                     "Who does it, kept with the version. Default: the name "
                     "of the login.");
  command.add_option("--note", options.note, "Why, kept with the version.");
  command
      .add_option("--new-audiences", options.new_audiences,
                  "existing: who is in a new audience is marked so, and nobody "
                  "is mailed by accident; entered: like anyone who enters. "
                  "Default: as the daemon is set.")
      ->check(CLI::IsMember({"existing", "entered"}));
  command
      .add_option("--output", options.output,
                  "text (default) or json: one object.")
      ->check(CLI::IsMember({"text", "json"}));
}

void AddFiles(const std::vector<SourceFile>& files,
              google::protobuf::RepeatedPtrField<v1::RuleFile>& into) {
  for (const SourceFile& file : files) {
    v1::RuleFile& given = *into.Add();
    given.set_path(file.name());
    given.set_text(file.text());
  }
}

absl::Status FillFiles(
    const std::string& folder,
    google::protobuf::RepeatedPtrField<v1::RuleFile>& files) {
  for (const auto read : {ReadRuleFolder, ReadRuleTests}) {
    absl::StatusOr<std::vector<SourceFile>> found = read(folder);
    if (!found.ok()) return found.status();
    AddFiles(*found, files);
  }
  return absl::OkStatus();
}

ExitCode Report(const v1::RuleAttempt& attempt, const std::string& output) {
  Print(output == "json" ? Concat(MessageJson(attempt), "\n")
                         : AttemptText(attempt, ColorFor(stdout)));
  switch (attempt.result()) {
    case v1::RuleAttempt::RESULT_APPLIED:
    case v1::RuleAttempt::RESULT_UNCHANGED:
    case v1::RuleAttempt::RESULT_VALID:
      return ExitCode::kOk;
    case v1::RuleAttempt::RESULT_HELD_BACK:
      return ExitCode::kHeldBack;
    default:
      return ExitCode::kFailed;
  }
}

void WarnOfOtherConfirmation(const RuleChangeOptions& options,
                             const v1::RuleAttempt& attempt) {
  if (options.confirm.empty() ||
      attempt.result() != v1::RuleAttempt::RESULT_HELD_BACK) {
    return;
  }
  PrintError(Concat("--confirm ", Quoted(options.confirm),
                    " is not the fingerprint of these rules, which is ",
                    attempt.fingerprint()));
}

}  // namespace audienced
