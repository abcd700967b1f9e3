// `audiencectl profile`: what is held of one person, and what becomes of it.

#include <memory>
#include <string>
#include <utility>

#include "daemon/ctl/answer.h"
#include "daemon/ctl/profile/profile_commands.h"
#include "daemon/ctl/verb_group.h"

namespace audienced {
namespace {

constexpr char kProfileExamples[] = R"(Examples:
  audiencectl profile show user_id:u-7
      identifiers, traits, consents, stays and the first events
  audiencectl profile export u-7 > u-7.jsonl
      every row that is held, for a request for access
  audiencectl profile erase email:ann@example.com
      forget the person; asks first, or takes --yes
  audiencectl profile merge anonymous_id:a-81 user_id:u-7
      two profiles are one person; the second goes on
  audiencectl profile unmerge anonymous_id:a-81
      they are two after all

A profile is named by an identifier: with its kind, or, for the kinds user_id,
profile, email, phone, anonymous_id and advertising_id, by the value alone.)";

using Verb = ExitCode (*)(const ProfileOptions&, const ProfileClient&);

// `verb` as it runs over a connection.
auto Over(Verb verb) {
  return [verb](const ProfileOptions& options, const Connection& connection) {
    const auto stub = v1::ProfileService::NewStub(connection.channel());
    return verb(options, {connection, *stub});
  };
}

}  // namespace

void AddProfileCommand(CLI::App& app, ConnectionOptions& where,
                       ExitCode& exit_code) {
  auto options = std::make_shared<ProfileOptions>();
  CLI::App* command = app.add_subcommand(
      "profile", "Tell, export, erase, merge and unmerge single persons.");
  command->require_subcommand(1);
  command->footer(kProfileExamples);
  AddConnectionOptions(*command, where);
  const auto add = [&, options](const char* name, const char* description,
                                Verb verb) {
    CLI::App* added = AddGroupedVerb(*command, name, description, Over(verb),
                                     options, where, exit_code);
    added
        ->add_option("profile", options->profile,
                     "Who: an identifier, such as u-7 or user_id:u-7.")
        ->required();
    return added;
  };
  const auto add_output = [options](CLI::App* verb) {
    verb->add_option("--output", options->output,
                     "text (default) or json: one object.")
        ->check(CLI::IsMember({"text", "json"}));
  };
  CLI::App* show = add(
      "show", "What is held of a person, and the first events.", ShowProfile);
  show->add_option("--limit", options->limit,
                   "How many events, from the first on. Default: 20.")
      ->check(CLI::Range(1, 1000));
  add_output(show);
  add("export", "Every row that is held of a person, as JSON Lines.",
      ExportProfile);
  CLI::App* erase = add("erase", "Forget a person for good.", EraseProfile);
  erase->add_flag("--yes", options->yes,
                  "Do not ask. Needed where there is no terminal.");
  add_output(erase);
  CLI::App* merge = add("merge", "Make one profile of two.", MergeProfiles);
  merge
      ->add_option("into", options->into,
                   "The one that goes on with the history of both.")
      ->required();
  add_output(merge);
  add_output(add("unmerge",
                 "Take a profile that was merged into another out of it.",
                 UnmergeProfiles));
}

}  // namespace audienced
