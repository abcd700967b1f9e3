#include <string>

#include "daemon/ctl/answer.h"
#include "daemon/ctl/profile/profile_commands.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

template <typename Message>
ExitCode PrintAnswer(const ProfileOptions& options, const Message& message,
                     const std::string& text) {
  Print(options.output == "json" ? Concat(MessageJson(message), "\n")
                                 : Concat(text, "\n"));
  return ExitCode::kOk;
}

}  // namespace

ExitCode MergeProfiles(const ProfileOptions& options,
                       const ProfileClient& client) {
  v1::MergeProfilesRequest request;
  const auto profile = FindProfile(client, options.profile);
  if (!profile.ok()) return FailWith(profile.status());
  const auto into = FindProfile(client, options.into);
  if (!into.ok()) return FailWith(into.status());
  *request.mutable_profile() = *profile;
  *request.mutable_into() = *into;
  v1::MergeProfilesResponse response;
  const absl::Status status = client.connection.Call(
      client.stub, &v1::ProfileService::Stub::MergeProfiles, request, response);
  if (!status.ok()) return FailWith(status);
  return PrintAnswer(
      options, response,
      Concat(Printable(options.profile), " and ", Printable(options.into),
             " are one profile: ", response.profile()));
}

ExitCode UnmergeProfiles(const ProfileOptions& options,
                         const ProfileClient& client) {
  v1::UnmergeProfilesRequest request;
  const auto profile = FindProfile(client, options.profile);
  if (!profile.ok()) return FailWith(profile.status());
  *request.mutable_profile() = *profile;
  v1::UnmergeProfilesResponse response;
  const absl::Status status = client.connection.Call(
      client.stub, &v1::ProfileService::Stub::UnmergeProfiles, request,
      response);
  if (!status.ok()) return FailWith(status);
  return PrintAnswer(
      options, response,
      Concat(Printable(options.profile),
             " is a profile of its own again: ", response.profile(),
             "; the other one is ", response.remaining_profile()));
}

}  // namespace audienced
