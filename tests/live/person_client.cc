#include "tests/live/person_client.h"

#include <gtest/gtest.h>

#include <utility>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace audienced {

v1::ProfileReference By(const std::string& kind, const std::string& value) {
  v1::ProfileReference reference;
  reference.mutable_identifier()->set_kind(kind);
  reference.mutable_identifier()->set_value(value);
  return reference;
}

v1::ProfileReference Named(const std::string& profile) {
  v1::ProfileReference reference;
  reference.set_profile(profile);
  return reference;
}

v1::Event With(v1::Event event, const std::string& kind,
               const std::string& value) {
  v1::Identifier& identifier = *event.add_identifiers();
  identifier.set_kind(kind);
  identifier.set_value(value);
  return event;
}

v1::Event Of(const std::string& device, v1::Event event) {
  event.clear_identifiers();
  return With(std::move(event), "anonymous_id", device);
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) ||
      details.details().empty() || !details.details(0).UnpackTo(&info)) {
    return "";
  }
  return info.reason();
}

PersonClient::PersonClient(const std::shared_ptr<grpc::Channel>& channel)
    : profiles_(v1::ProfileService::NewStub(channel)),
      audiences_(v1::AudienceService::NewStub(channel)) {}

v1::GetProfileResponse PersonClient::Get(const v1::ProfileReference& profile) {
  v1::GetProfileRequest request;
  *request.mutable_profile() = profile;
  request.set_page_size(2);  // so that there are pages
  v1::GetProfileResponse all;
  do {
    grpc::ClientContext context;
    v1::GetProfileResponse page;
    const grpc::Status status = profiles_->GetProfile(&context, request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    *all.mutable_profile() = page.profile();
    all.mutable_events()->MergeFrom(page.events());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

std::string PersonClient::NameOf(const v1::ProfileReference& profile) {
  return Get(profile).profile().profile();
}

std::string PersonClient::RefusalOf(const v1::ProfileReference& profile) {
  v1::GetProfileRequest request;
  *request.mutable_profile() = profile;
  grpc::ClientContext context;
  v1::GetProfileResponse response;
  return ReasonOf(profiles_->GetProfile(&context, request, &response));
}

std::string PersonClient::Export(const v1::ProfileReference& profile) {
  v1::ExportProfileRequest request;
  *request.mutable_profile() = profile;
  std::string lines;
  do {
    grpc::ClientContext context;
    v1::ExportProfileResponse page;
    EXPECT_TRUE(profiles_->ExportProfile(&context, request, &page).ok());
    for (const std::string& line : page.lines()) lines += line + "\n";
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return lines;
}

v1::EraseProfileResponse PersonClient::Erase(
    const v1::ProfileReference& profile) {
  v1::EraseProfileRequest request;
  *request.mutable_profile() = profile;
  grpc::ClientContext context;
  v1::EraseProfileResponse response;
  const grpc::Status status =
      profiles_->EraseProfile(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

void PersonClient::Merge(const v1::ProfileReference& profile,
                         const v1::ProfileReference& into) {
  v1::MergeProfilesRequest request;
  *request.mutable_profile() = profile;
  *request.mutable_into() = into;
  grpc::ClientContext context;
  v1::MergeProfilesResponse response;
  const grpc::Status status =
      profiles_->MergeProfiles(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

grpc::Status PersonClient::Unmerge(const v1::ProfileReference& profile,
                                   v1::UnmergeProfilesResponse& response) {
  v1::UnmergeProfilesRequest request;
  *request.mutable_profile() = profile;
  grpc::ClientContext context;
  return profiles_->UnmergeProfiles(&context, request, &response);
}

std::vector<v1::MembershipChange> PersonClient::ChangesAfter(
    const std::string& cursor) {
  std::vector<v1::MembershipChange> changes;
  v1::ListChangesRequest request;
  request.set_cursor(cursor);
  v1::ListChangesResponse page;
  do {
    grpc::ClientContext context;
    page.Clear();
    EXPECT_TRUE(audiences_->ListChanges(&context, request, &page).ok());
    changes.insert(changes.end(), page.changes().begin(), page.changes().end());
    request.set_cursor(page.cursor());
  } while (page.more());
  return changes;
}

KeysByProfile PersonClient::Continued(const std::string& audience) {
  v1::ListMembersRequest request;
  request.set_audience(audience);
  grpc::ClientContext context;
  v1::ListMembersResponse response;
  EXPECT_TRUE(audiences_->ListMembers(&context, request, &response).ok());
  KeysByProfile keys;
  for (const v1::Member& member : response.members()) {
    std::string& all = keys[member.profile()];
    for (const v1::ContinuedEpisode& each : member.continues()) {
      all += each.idempotency_key() + " ";
    }
  }
  return keys;
}

}  // namespace audienced
