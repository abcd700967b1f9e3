#include <string>

#include "daemon/ctl/answer.h"
#include "daemon/ctl/profile/profile_commands.h"

namespace audienced {

ExitCode ExportProfile(const ProfileOptions& options,
                       const ProfileClient& client) {
  const auto profile = FindProfile(client, options.profile);
  if (!profile.ok()) return FailWith(profile.status());
  v1::ExportProfileRequest request;
  *request.mutable_profile() = *profile;
  v1::ExportProfileResponse page;
  do {
    page.Clear();
    const absl::Status status = client.connection.Call(
        client.stub, &v1::ProfileService::Stub::ExportProfile, request, page);
    if (!status.ok()) return FailWith(status);
    std::string text;
    for (const std::string& line : page.lines()) text += line + "\n";
    if (!Print(text)) break;  // what for is told at the end of the program
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  return ExitCode::kOk;
}

}  // namespace audienced
