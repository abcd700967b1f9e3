#ifndef AUDIENCED_DAEMON_CTL_RULES_RULE_CHANGE_H_
#define AUDIENCED_DAEMON_CTL_RULES_RULE_CHANGE_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "audienced/v1/rule_service.grpc.pb.h"
#include "daemon/ctl/answer.h"
#include "daemon/ctl/commands.h"
#include "daemon/ctl/terminal.h"
#include "rules/source/source_file.h"

// What the verbs that put rules in force have in common.

namespace audienced {

// The answer comes when every profile is evaluated by the new rules.
inline constexpr absl::Duration kRuleChangeTimeout = absl::Minutes(30);

// Who wants it, and how much.
struct RuleChangeOptions {
  std::string confirm;
  std::string author;
  std::string note;
  std::string new_audiences;
  std::string output = "text";
};

// Adds --confirm, --author, --note, --new-audiences and --output to `command`;
// `options` outlives the run.
void AddRuleChangeOptions(CLI::App& command, RuleChangeOptions& options);

template <typename Request>
void FillRequest(const RuleChangeOptions& options, Request& request) {
  request.set_confirm(options.confirm);
  request.set_author(options.author);
  request.set_note(options.note);
  if (options.new_audiences == "existing") {
    request.set_new_audiences(v1::NEW_AUDIENCES_EXISTING);
  } else if (options.new_audiences == "entered") {
    request.set_new_audiences(v1::NEW_AUDIENCES_ENTERED);
  }
}

// Adds `files` with their texts to `into`.
void AddFiles(const std::vector<SourceFile>& files,
              google::protobuf::RepeatedPtrField<v1::RuleFile>& into);

// The files of the rule folder `folder` and their tests, as a request holds
// them. The error says which file.
absl::Status FillFiles(const std::string& folder,
                       google::protobuf::RepeatedPtrField<v1::RuleFile>& files);

// Prints the attempt and says how the verb ends.
ExitCode Report(const v1::RuleAttempt& attempt, const std::string& output);

// Says on stderr where a confirmation was given and is that of other rules than
// those that are held back.
void WarnOfOtherConfirmation(const RuleChangeOptions& options,
                             const v1::RuleAttempt& attempt);

// Makes a change of rules: calls `change`, which fills an attempt with what is
// to be confirmed, and where that is held back asks a person at the terminal,
// and calls again with the confirmation.
template <typename Change>
ExitCode ChangeRules(RuleChangeOptions& options, const Change& change) {
  v1::RuleAttempt attempt;
  absl::Status status = change(options, attempt);
  if (!status.ok()) return FailWith(status);
  WarnOfOtherConfirmation(options, attempt);
  const bool may_ask = options.output == "text" &&
                       attempt.result() == v1::RuleAttempt::RESULT_HELD_BACK;
  if (may_ask) {
    const ExitCode held_back = Report(attempt, options.output);
    if (!AskAtTerminal("Put these rules in force all the same?")) {
      return held_back;
    }
    options.confirm = attempt.fingerprint();
    status = change(options, attempt);
    if (!status.ok()) return FailWith(status);
    attempt.clear_plan();  // was shown
  }
  return Report(attempt, options.output);
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_RULES_RULE_CHANGE_H_
