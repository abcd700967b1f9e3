// `audiencectl rules`: which rules are in force, and which were.

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/rules/rule_change.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/rule_text.h"
#include "daemon/ctl/text/text_table.h"
#include "daemon/ctl/verb_group.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

constexpr char kRulesExamples[] = R"(Examples:
  audiencectl rules status
      the version in force, and how the last try to change it went
  audiencectl rules history
  audiencectl rules show 3
      the files of version 3
  audiencectl rules rollback 3 --note "the sale is over"
      version 3 once more, as a version of its own
  audiencectl rules cancel
      back to the version before, while profiles still move to the newest)";

struct RulesOptions : RuleChangeOptions {
  int64_t version = 0;
};

const char* StateText(v1::Rulebook::LoadState state) {
  switch (state) {
    case v1::Rulebook::LOAD_STATE_CURRENT:
      return "the last rules that were read are in force";
    case v1::Rulebook::LOAD_STATE_FAULTY:
      return "the last rules that were read have errors and were refused";
    case v1::Rulebook::LOAD_STATE_REBUILDING:
      return "profiles are moving to these rules";
    case v1::Rulebook::LOAD_STATE_TESTS_FAILED:
      return "the last rules that were read fail their tests and were refused";
    case v1::Rulebook::LOAD_STATE_HELD_BACK:
      return "the last rules that were read wait to be confirmed";
    case v1::Rulebook::LOAD_STATE_UNREADABLE:
      return "the rule folder cannot be read";
    default:
      return "no rules were read yet";
  }
}

// `version 2 from apply by ann, in force since ...`, its note, and how the last
// rules went.
std::string RulebookText(const v1::Rulebook& rules) {
  std::string text = Concat("version ", std::to_string(rules.version()),
                            " from ", SourceText(rules.source()));
  if (!rules.author().empty()) {
    text += Concat(" by ", Printable(rules.author()));
  }
  text += Concat(", in force since ", TimeToSecond(rules.applied_time()),
                 ", meaning ", rules.fingerprint(), ", ",
                 Counted(rules.audiences_size(), "audience"), "\n");
  if (!rules.note().empty()) {
    text += Concat("note: ", Printable(rules.note()), "\n");
  }
  text += StateText(rules.load_state());
  if (rules.has_rebuild()) {
    text += Concat(": ", std::to_string(rules.rebuild().moved_count()), " of ",
                   Counted(rules.rebuild().total_count(), "profile"));
  }
  return Concat(text, "\n");
}

ExitCode Status(const RulesOptions& options, const Connection& connection) {
  const auto stub = v1::RuleService::NewStub(connection.channel());
  v1::GetRulebookResponse response;
  const absl::Status status =
      connection.Call(*stub, &v1::RuleService::Stub::GetRulebook,
                      v1::GetRulebookRequest(), response);
  if (!status.ok()) return FailWith(status);
  const v1::Rulebook& rules = response.rulebook();
  if (options.output == "json") {
    Print(Concat(MessageJson(rules), "\n"));
    return ExitCode::kOk;
  }
  Print(RulebookText(rules));
  if (rules.has_last_attempt()) {
    Print(Concat("\nlast try, at ", TimeToSecond(rules.last_attempt().time()),
                 ", from ", SourceText(rules.last_attempt().source()), ":\n",
                 AttemptText(rules.last_attempt(), ColorFor(stdout))));
  }
  return ExitCode::kOk;
}

ExitCode ListVersions(const RulesOptions& options,
                      const Connection& connection) {
  const auto stub = v1::RuleService::NewStub(connection.channel());
  TextTable table({{"VERSION", TextTable::Align::kRight},
                   {"SINCE"},
                   {"MEANING"},
                   {"SOURCE"},
                   {"AUTHOR"},
                   {"NOTE"}});
  v1::ListRuleVersionsRequest request;
  v1::ListRuleVersionsResponse page;
  do {
    page.Clear();
    const absl::Status status = connection.Call(
        *stub, &v1::RuleService::Stub::ListRuleVersions, request, page);
    if (!status.ok()) return FailWith(status);
    for (const v1::RuleVersion& version : page.versions()) {
      if (options.output == "json") {
        Print(Concat(MessageJson(version), "\n"));
        continue;
      }
      table.Add({std::to_string(version.version()),
                 TimeToSecond(version.applied_time()), version.fingerprint(),
                 SourceText(version.source()), Printable(version.author()),
                 Printable(version.note())});
    }
    if (options.output != "json") Print(table.Take());
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  return ExitCode::kOk;
}

ExitCode Show(const RulesOptions& options, const Connection& connection) {
  const auto stub = v1::RuleService::NewStub(connection.channel());
  v1::GetRuleVersionRequest request;
  request.set_version(options.version);
  v1::GetRuleVersionResponse response;
  const absl::Status status = connection.Call(
      *stub, &v1::RuleService::Stub::GetRuleVersion, request, response);
  if (!status.ok()) return FailWith(status);
  if (options.output == "json") {
    Print(Concat(MessageJson(response.version()), "\n"));
    return ExitCode::kOk;
  }
  for (const v1::RuleFile& file : response.version().files()) {
    const bool ends_line = file.text().empty() || file.text().back() == '\n';
    Print(Concat("# --- ", Printable(file.path()), " ---\n", file.text(),
                 ends_line ? "" : "\n"));
  }
  return ExitCode::kOk;
}

// The folder is a proposal, and a rollback leaves it as it is.
void TellOfFolder() {
  PrintError(
      "note: the rule folder is as it was: the next change in it puts its "
      "rules in force, also those that were taken back; change them there too");
}

ExitCode Rollback(RulesOptions& options, const Connection& connection) {
  const auto stub = v1::RuleService::NewStub(connection.channel());
  const ExitCode exit_code = ChangeRules(
      options, [&](const RuleChangeOptions& change, v1::RuleAttempt& attempt) {
        v1::RollbackRulesRequest request;
        request.set_version(options.version);
        FillRequest(change, request);
        v1::RollbackRulesResponse response;
        absl::Status status =
            connection.Call(*stub, &v1::RuleService::Stub::RollbackRules,
                            request, response, kRuleChangeTimeout);
        attempt = response.attempt();
        return status;
      });
  if (exit_code == ExitCode::kOk) TellOfFolder();
  return exit_code;
}

ExitCode Cancel(const RulesOptions& options, const Connection& connection) {
  const auto stub = v1::RuleService::NewStub(connection.channel());
  v1::CancelRebuildRequest request;
  request.set_author(options.author);
  v1::CancelRebuildResponse response;
  const absl::Status status =
      connection.Call(*stub, &v1::RuleService::Stub::CancelRebuild, request,
                      response, kRuleChangeTimeout);
  if (!status.ok()) return FailWith(status);
  Print(Concat("the rules before are in force again, as version ",
               std::to_string(response.version()), "\n"));
  return ExitCode::kOk;
}

void AddOutputOption(CLI::App& command, std::string& output) {
  command.add_option("--output", output, "text (default) or json.")
      ->check(CLI::IsMember({"text", "json"}));
}

}  // namespace

void AddRulesCommand(CLI::App& app, ConnectionOptions& where,
                     ExitCode& exit_code) {
  auto options = std::make_shared<RulesOptions>();
  CLI::App* command = app.add_subcommand(
      "rules", "Tell which rules are in force and which were; go back.");
  command->require_subcommand(1);
  command->footer(kRulesExamples);
  AddConnectionOptions(*command, where);
  const auto add = [&, options](const char* name, const char* description,
                                auto run) {
    return AddGroupedVerb(*command, name, description, run, options, where,
                          exit_code);
  };
  AddOutputOption(
      *add("status", "The version in force, and how the last try went.",
           Status),
      options->output);
  AddOutputOption(
      *add("history", "All versions, the newest first.", ListVersions),
      options->output);
  CLI::App* show = add("show", "The files of a version.", Show);
  show->add_option("version", options->version, "Its number.")->required();
  AddOutputOption(*show, options->output);
  CLI::App* cancel =
      add("cancel",
          "Take back the rules that profiles are moving to; those before come "
          "into force again.",
          Cancel);
  cancel->add_option("--author", options->author, "Who does it.");
  CLI::App* rollback =
      add("rollback", "Put an earlier version in force again.", Rollback);
  rollback->add_option("version", options->version, "Its number.")->required();
  AddRuleChangeOptions(*rollback, *options);
}

}  // namespace audienced
