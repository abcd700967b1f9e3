// Two profiles that become one, and stay one.

#include <gtest/gtest.h>

#include "audienced/v1/profile_service.grpc.pb.h"
#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"

namespace audienced {
namespace {

v1::ProfileReference UserOf(const std::string& user) {
  v1::ProfileReference reference;
  reference.mutable_identifier()->set_kind("user_id");
  reference.mutable_identifier()->set_value(user);
  return reference;
}

// The keys of what is continued, each with a blank behind it but the last.
std::string Keys(
    const google::protobuf::RepeatedPtrField<v1::ContinuedEpisode>& episodes) {
  std::string keys;
  for (const v1::ContinuedEpisode& each : episodes) {
    keys += (keys.empty() ? "" : " ") + each.idempotency_key();
  }
  return keys;
}

class MergeTest : public testing::Test {
 protected:
  MergeTest() : daemon_(folder_.path() + "/data") {}

  void Start() {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
    profiles_ = v1::ProfileService::NewStub(daemon_.channel());
  }

  grpc::Status Merge(const std::string& user, const std::string& into) {
    v1::MergeProfilesRequest request;
    *request.mutable_profile() = UserOf(user);
    *request.mutable_into() = UserOf(into);
    grpc::ClientContext context;
    v1::MergeProfilesResponse response;
    return profiles_->MergeProfiles(&context, request, &response);
  }

  // Whether `user` is to be mailed, and under which id.
  v1::Membership CartOf(const std::string& user) {
    v1::BatchGetMembershipsRequest request;
    request.add_audiences("cart-abandoners");
    *request.add_profiles() = UserOf(user);
    grpc::ClientContext context;
    v1::BatchGetMembershipsResponse response;
    EXPECT_TRUE(client_->audiences()
                    .BatchGetMemberships(&context, request, &response)
                    .ok());
    return response.memberships(0);
  }

  // The keys that the cart of the only member had before.
  std::string ContinuedKey() {
    v1::ListMembersRequest request;
    request.set_audience("cart-abandoners");
    grpc::ClientContext context;
    v1::ListMembersResponse response;
    EXPECT_TRUE(
        client_->audiences().ListMembers(&context, request, &response).ok());
    if (response.members_size() != 1) return "not one member";
    return Keys(response.members(0).continues());
  }

  const TestFolder folder_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<v1::ProfileService::Stub> profiles_;
};

TEST_F(MergeTest, TheSurvivorGoesOnWithBothAlsoAfterARestart) {
  Start();
  const absl::Time now = absl::Now();
  v1::IngestEventsResponse response;
  ASSERT_TRUE(client_
                  ->Ingest({MakeConsent("1", "ann", now - absl::Hours(3)),
                            MakeConsent("2", "old-ann", now - absl::Hours(3)),
                            MakeEvent("3", "add_to_cart", "old-ann",
                                      now - absl::Hours(2), "sku-1"),
                            MakeEvent("4", "add_to_cart", "bob", now, "sku-1")},
                           response)
                  .ok());
  EXPECT_EQ(CartOf("ann").state(), v1::Membership::STATE_NOT_MEMBER);
  const std::string survivor = CartOf("ann").profile();
  const std::string key =
      "cart-abandoners/" + CartOf("old-ann").profile() + "/1";
  EXPECT_EQ(ContinuedKey(), "");
  Client::Members members;
  std::string cursor = client_->Follow("", members);

  ASSERT_TRUE(Merge("old-ann", "ann").ok());
  EXPECT_EQ(CartOf("old-ann").profile(), survivor);
  EXPECT_EQ(CartOf("ann").state(), v1::Membership::STATE_MEMBER);
  EXPECT_TRUE(Merge("ann", "old-ann").ok()) << "they are one already";
  EXPECT_EQ(Merge("nobody", "ann").error_code(), grpc::StatusCode::NOT_FOUND);

  v1::ListChangesRequest changes;
  changes.set_cursor(cursor);
  grpc::ClientContext context;
  v1::ListChangesResponse listed;
  ASSERT_TRUE(
      client_->audiences().ListChanges(&context, changes, &listed).ok());
  ASSERT_EQ(listed.changes_size(), 2);
  for (const v1::MembershipChange& change : listed.changes()) {
    EXPECT_EQ(change.cause(), v1::CAUSE_MERGE);
    EXPECT_EQ(change.kind(), change.profile() == survivor
                                 ? v1::CHANGE_KIND_ENTERED
                                 : v1::CHANGE_KIND_LEFT);
    EXPECT_EQ(Keys(change.continues()),
              change.profile() == survivor ? key : "");
  }
  EXPECT_EQ(ContinuedKey(), key);

  const Client::Members before = client_->ListAll().members;
  ASSERT_EQ(daemon_.Stop(), 0) << daemon_.Log();
  Start();
  EXPECT_EQ(client_->ListAll().members, before);
  EXPECT_EQ(CartOf("old-ann").profile(), survivor);
  EXPECT_EQ(ContinuedKey(), key) << "for who missed the change";
  // A copy of an event that either of them had is a duplicate.
  ASSERT_TRUE(client_
                  ->Ingest({MakeEvent("3", "add_to_cart", "ann",
                                      now - absl::Hours(2), "sku-1"),
                            MakeEvent("5", "purchase", "old-ann", absl::Now(),
                                      "sku-1")},
                           response)
                  .ok());
  EXPECT_EQ(response.duplicate_count(), 1);
  EXPECT_EQ(CartOf("ann").state(), v1::Membership::STATE_NOT_MEMBER);
}

}  // namespace
}  // namespace audienced
