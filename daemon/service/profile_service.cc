#include "daemon/service/profile_service.h"

#include "daemon/service/call/unary_call.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "daemon/service/query/profile_lookup.h"
#include "daemon/service/query/profile_query.h"

namespace audienced {

grpc::ServerUnaryReactor* ProfileService::GetProfile(
    grpc::CallbackServerContext* context, const v1::GetProfileRequest* request,
    v1::GetProfileResponse* response) {
  return AnswerOnPool(entrance_, pool_, context, "ProfileService.GetProfile",
                      [this, request, response](const Caller& caller) {
                        return audienced::GetProfile(entrance_.stages(), caller,
                                                     *request, *response);
                      });
}

grpc::ServerUnaryReactor* ProfileService::ExportProfile(
    grpc::CallbackServerContext* context,
    const v1::ExportProfileRequest* request,
    v1::ExportProfileResponse* response) {
  return AnswerOnPool(entrance_, pool_, context, "ProfileService.ExportProfile",
                      [this, request, response](const Caller& caller) {
                        return audienced::ExportProfile(
                            entrance_.stages(), caller, *request, *response);
                      });
}

grpc::ServerUnaryReactor* ProfileService::EraseProfile(
    grpc::CallbackServerContext* context,
    const v1::EraseProfileRequest* request,
    v1::EraseProfileResponse* response) {
  const Call call = PendingCall::Begin(entrance_, *context,
                                       "ProfileService.EraseProfile", calls_);
  if (!call->is_admitted()) return call.get();
  const absl::Status begun = Erase(call, *request, *response);
  if (!begun.ok()) call->End(begun);
  return call.get();
}

grpc::ServerUnaryReactor* ProfileService::MergeProfiles(
    grpc::CallbackServerContext* context,
    const v1::MergeProfilesRequest* request,
    v1::MergeProfilesResponse* response) {
  const Call call = PendingCall::Begin(entrance_, *context,
                                       "ProfileService.MergeProfiles", calls_);
  if (!call->is_admitted()) return call.get();
  const absl::Status begun = Merge(call, *request, *response);
  if (!begun.ok()) call->End(begun);
  return call.get();
}

grpc::ServerUnaryReactor* ProfileService::UnmergeProfiles(
    grpc::CallbackServerContext* context,
    const v1::UnmergeProfilesRequest* request,
    v1::UnmergeProfilesResponse* response) {
  const Call call = PendingCall::Begin(
      entrance_, *context, "ProfileService.UnmergeProfiles", calls_);
  if (!call->is_admitted()) return call.get();
  const absl::Status begun = Unmerge(call, *request, *response);
  if (!begun.ok()) call->End(begun);
  return call.get();
}

void ProfileService::Note(const Call& call, const absl::Status& status) {
  if (!status.ok()) return;
  entrance_.stages().access.audit().Add(call->caller(), call->method(), "", 1);
}

absl::Status ProfileService::Erase(const Call& call,
                                   const v1::EraseProfileRequest& request,
                                   v1::EraseProfileResponse& response) {
  const auto profile = FindProfile(entrance_.stages().pipeline.directory(),
                                   request.profile(), "profile");
  if (!profile.ok()) return profile.status();
  if (*profile == nullptr) {
    const std::optional<absl::Time> erased_at =
        ErasedAt(entrance_.stages().pipeline.erasures(), request.profile());
    if (!erased_at) return ProfileNotFound();
    call->End(absl::OkStatus(), [&] {
      response.set_profile(request.profile().profile());
      *response.mutable_erase_time() = ToTimestamp(*erased_at);
    });
    return absl::OkStatus();
  }
  const ProfileId id = (*profile)->id;
  entrance_.stages().pipeline.Erase(
      id,
      [this, call, id, &response](const absl::StatusOr<absl::Time>& erased_at) {
        Note(call, erased_at.status());
        call->End(erased_at.status(), [&] {
          response.set_profile(ProfileName(id));
          *response.mutable_erase_time() = ToTimestamp(*erased_at);
        });
      });
  return absl::OkStatus();
}

absl::Status ProfileService::Merge(const Call& call,
                                   const v1::MergeProfilesRequest& request,
                                   v1::MergeProfilesResponse& response) {
  const auto profile = FindKnownProfile(entrance_.stages().pipeline,
                                        request.profile(), "profile");
  if (!profile.ok()) return profile.status();
  const auto into =
      FindKnownProfile(entrance_.stages().pipeline, request.into(), "into");
  if (!into.ok()) return into.status();
  entrance_.stages().pipeline.Merge(
      (*profile)->id, (*into)->id,
      [this, call, &response](const absl::StatusOr<ProfileId>& survivor) {
        Note(call, survivor.status());
        call->End(survivor.status(),
                  [&] { response.set_profile(ProfileName(*survivor)); });
      });
  return absl::OkStatus();
}

absl::Status ProfileService::Unmerge(const Call& call,
                                     const v1::UnmergeProfilesRequest& request,
                                     v1::UnmergeProfilesResponse& response) {
  const auto known = FindKnownProfile(entrance_.stages().pipeline,
                                      request.profile(), "profile");
  if (!known.ok()) return known.status();
  // The name stands for the one that it was the name of, not for the survivor.
  const ProfileId named =
      NamedBefore(entrance_.stages().pipeline.directory(), request.profile());
  entrance_.stages().pipeline.Unmerge(
      named, [this, call, &response](
                 const absl::StatusOr<Pipeline::UnmergedProfiles>& unmerged) {
        Note(call, unmerged.status());
        call->End(unmerged.status(), [&] {
          response.set_profile(ProfileName(unmerged->restored));
          response.set_remaining_profile(ProfileName(unmerged->remaining));
        });
      });
  return absl::OkStatus();
}

}  // namespace audienced
