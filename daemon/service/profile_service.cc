#include "daemon/service/profile_service.h"

#include <memory>

#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/query/profile_lookup.h"

namespace audienced {

grpc::ServerUnaryReactor* ProfileService::MergeProfiles(
    grpc::CallbackServerContext*, const v1::MergeProfilesRequest* request,
    v1::MergeProfilesResponse* response) {
  const std::shared_ptr<PendingCall> call =
      PendingCall::Begin("MergeProfiles", calls_);
  const absl::Status begun = Merge(call, *request, *response);
  if (!begun.ok()) call->End(begun);
  return call.get();
}

absl::Status ProfileService::Merge(const std::shared_ptr<PendingCall>& call,
                                   const v1::MergeProfilesRequest& request,
                                   v1::MergeProfilesResponse& response) {
  const Directory& directory = stages_.pipeline.directory();
  const auto profile = FindProfile(directory, request.profile(), "profile");
  if (!profile.ok()) return profile.status();
  const auto into = FindProfile(directory, request.into(), "into");
  if (!into.ok()) return into.status();
  if (*profile == nullptr || *into == nullptr) return ProfileNotFound();
  stages_.pipeline.Merge(
      (*profile)->id, (*into)->id,
      [call, &response](const absl::StatusOr<ProfileId>& survivor) {
        call->End(survivor.status(),
                  [&] { response.set_profile(ProfileName(*survivor)); });
      });
  return absl::OkStatus();
}

}  // namespace audienced
