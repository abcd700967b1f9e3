#include <string>

#include "daemon/ctl/answer.h"
#include "daemon/ctl/profile/profile_commands.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Whether the person at the keyboard means it.
bool IsConfirmed(const ProfileOptions& options, const ProfileClient& client,
                 const v1::ProfileReference& profile) {
  if (options.yes) return true;
  v1::GetProfileRequest request;
  *request.mutable_profile() = profile;
  request.set_page_size(1);
  v1::GetProfileResponse response;
  const absl::Status status = client.connection.Call(
      client.stub, &v1::ProfileService::Stub::GetProfile, request, response);
  // One that was erased before is gone already: nothing to confirm.
  if (!status.ok()) return true;
  return AskAtTerminal(Concat(
      "Forget ",
      WhoText(response.profile().identifiers(), response.profile().profile()),
      " for good, with all events and memberships?"));
}

}  // namespace

ExitCode EraseProfile(const ProfileOptions& options,
                      const ProfileClient& client) {
  const auto profile = FindProfile(client, options.profile);
  if (!profile.ok()) return FailWith(profile.status());
  if (!IsConfirmed(options, client, *profile)) {
    PrintError("nothing was erased; --yes erases without asking");
    return ExitCode::kFailed;
  }
  v1::EraseProfileRequest request;
  *request.mutable_profile() = *profile;
  v1::EraseProfileResponse response;
  const absl::Status status = client.connection.Call(
      client.stub, &v1::ProfileService::Stub::EraseProfile, request, response);
  if (!status.ok()) return FailWith(status);
  Print(options.output == "json"
            ? Concat(MessageJson(response), "\n")
            : Concat("erased at ", ExactTime(response.erase_time()),
                     "; later events make a new profile\n"));
  return ExitCode::kOk;
}

}  // namespace audienced
