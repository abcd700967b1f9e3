#include <optional>
#include <set>

#include "daemon/ctl/client/call_failure.h"
#include "daemon/ctl/client/profile_name.h"
#include "daemon/ctl/profile/profile_commands.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// What one meaning of a name came to.
struct Meaning {
  v1::ProfileReference reference;
  std::string profile;  // its name; empty: it was erased
};

// Absent where nobody has the name in this meaning.
absl::StatusOr<std::optional<Meaning>> Ask(
    const ProfileClient& client, const v1::ProfileReference& reference) {
  v1::GetProfileRequest request;
  *request.mutable_profile() = reference;
  request.set_page_size(1);
  grpc::ClientContext context;
  v1::GetProfileResponse response;
  const grpc::Status status =
      client.stub.GetProfile(&context, request, &response);
  if (status.ok()) {
    return Meaning{reference, response.profile().profile()};
  }
  const std::string reason = FailureOf(status).reason;
  if (reason == "PROFILE_ERASED") return Meaning{reference, ""};
  // A name that cannot be an identifier of this kind is not meant as one.
  if (reason == "PROFILE_NOT_FOUND" || reason == "INVALID_REQUEST") {
    return std::optional<Meaning>();
  }
  return client.connection.StatusOf(status);
}

}  // namespace

absl::StatusOr<v1::ProfileReference> FindProfile(const ProfileClient& client,
                                                 const std::string& name) {
  std::optional<Meaning> found;
  std::set<std::string> profiles;
  for (const v1::ProfileReference& reference : MeaningsOf(name)) {
    absl::StatusOr<std::optional<Meaning>> meaning = Ask(client, reference);
    if (!meaning.ok()) return meaning.status();
    if (!*meaning) continue;
    profiles.insert((*meaning)->profile);
    // One that is there goes before one that was.
    if (!found || found->profile.empty()) found = **meaning;
  }
  profiles.erase("");
  if (profiles.size() > 1) {
    return absl::InvalidArgumentError(
        Concat(Quoted(name), " means ", std::to_string(profiles.size()),
               " profiles; write the kind before it, as in user_id:", name));
  }
  if (!found) {
    return absl::NotFoundError(Concat("there is no profile ", Quoted(name),
                                      "; write kind:value for a kind of your "
                                      "own"));
  }
  return found->reference;
}

}  // namespace audienced
