#include <cstdio>
#include <string>

#include "daemon/ctl/answer.h"
#include "daemon/ctl/profile/profile_commands.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/profile_text.h"
#include "rules/source/message.h"

namespace audienced {

ExitCode ShowProfile(const ProfileOptions& options,
                     const ProfileClient& client) {
  const auto profile = FindProfile(client, options.profile);
  if (!profile.ok()) return FailWith(profile.status());
  v1::GetProfileRequest request;
  *request.mutable_profile() = *profile;
  request.set_page_size(options.limit);
  v1::GetProfileResponse response;
  const absl::Status status = client.connection.Call(
      client.stub, &v1::ProfileService::Stub::GetProfile, request, response);
  if (!status.ok()) return FailWith(status);
  Print(options.output == "json" ? Concat(MessageJson(response), "\n")
                                 : ProfileText(response));
  return ExitCode::kOk;
}

}  // namespace audienced
