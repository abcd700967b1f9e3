// Members and changes for ad platforms, as a client gets them.

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

// SHA-256 of ann@example.com and of +442079460958, as sha256sum tells them.
constexpr char kAnnsEmail[] =
    "71d4f55f72fa128dfb468a1a3901507c804b74316488744d769d7f4b16696476";
constexpr char kAnnsPhone[] =
    "f0bf0228144d9fe2bdf1da2d8ca698f17bf1410ee688b075c27062e47b6f0b6d";

using Kinds = std::multimap<std::string, std::string>;

template <typename Message>
Kinds KindsOf(const Message& message) {
  Kinds kinds;
  for (const v1::Identifier& one : message.identifiers()) {
    kinds.emplace(one.kind(), one.value());
  }
  return kinds;
}

v1::Event Purchase(const std::string& user, absl::Time time) {
  v1::Event event = MakeEvent("p-" + user, "purchase", user, time, "sku-1");
  return event;
}

// What a person says of themself.
v1::Event Introduce(const std::string& user, absl::Time time, bool agrees) {
  v1::Event event = MakeEvent("i-" + user, "$identify", user, time);
  v1::Identifier& email = *event.add_identifiers();
  email.set_kind("email");
  email.set_value(user + "@Example.com");
  v1::Identifier& phone = *event.add_identifiers();
  phone.set_kind("phone");
  phone.set_value("020 7946 0958");
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"firstName", "Ann"},
                                          {"last_name", "Lee"},
                                          {"country", "UK"},
                                          {"postal_code", "LS1 1AA"}}) {
    v1::Property& trait = *event.add_traits();
    trait.set_name(name);
    trait.set_text(value);
  }
  for (const char* purpose : {"ad_user_data", "ad_personalization"}) {
    v1::Consent& consent = *event.add_consents();
    consent.set_purpose(purpose);
    consent.set_state(agrees ? v1::Consent::STATE_GRANTED
                             : v1::Consent::STATE_DENIED);
  }
  return event;
}

class DestinationTest : public testing::Test {
 protected:
  DestinationTest()
      : daemon_(folder_.path() + "/data",
                {"AUDIENCED_PHONE_REGION=GB",
                 "AUDIENCED_DESTINATION_CONSENTS="
                 "google=ad_user_data+ad_personalization"},
                AUDIENCED_ADS_RULES) {}

  void SetUp() override {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
    cursor_ = Changes("", {"ad-buyers"}, v1::DESTINATION_GOOGLE).cursor();
  }

  void Ingest(const std::vector<v1::Event>& events) {
    v1::IngestEventsResponse response;
    ASSERT_TRUE(client_->Ingest(events, response).ok());
    ASSERT_EQ(response.refused_count(), 0) << response.DebugString();
  }

  grpc::Status List(const std::string& audience, v1::Destination destination,
                    v1::ListMembersResponse& response, bool preview = false) {
    v1::ListMembersRequest request;
    request.set_audience(audience);
    request.set_destination(destination);
    request.set_preview(preview);
    grpc::ClientContext context;
    return client_->audiences().ListMembers(&context, request, &response);
  }

  v1::ListChangesResponse Changes(const std::string& cursor,
                                  const std::vector<std::string>& audiences,
                                  v1::Destination destination) {
    v1::ListChangesRequest request;
    request.mutable_audiences()->Assign(audiences.begin(), audiences.end());
    request.set_cursor(cursor);
    request.set_destination(destination);
    grpc::ClientContext context;
    v1::ListChangesResponse response;
    const grpc::Status status =
        client_->audiences().ListChanges(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  const TestFolder folder_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
  std::string cursor_;
};

TEST_F(DestinationTest, ListsAndChangesTellThePersonInTheFormAskedFor) {
  const absl::Time now = absl::Now();
  Ingest({Introduce("ann", now - absl::Hours(2), true),
          Purchase("ann", now - absl::Hours(1)),
          Introduce("bob", now - absl::Hours(2), false),
          Purchase("bob", now - absl::Hours(1))});
  v1::ListMembersResponse page;
  ASSERT_TRUE(List("ad-buyers", v1::DESTINATION_GOOGLE, page).ok());
  ASSERT_EQ(page.members_size(), 1);
  const Kinds google = KindsOf(page.members(0));
  EXPECT_EQ(google.find("email_sha256")->second, kAnnsEmail);
  EXPECT_EQ(google.find("phone_sha256")->second, kAnnsPhone);
  EXPECT_EQ(google.find("country")->second, "GB");
  EXPECT_EQ(google.count("first_name_sha256"), 1u);
  EXPECT_EQ(google.count("email"), 0u);

  ASSERT_TRUE(List("ad-buyers", v1::DESTINATION_META, page).ok());
  const Kinds meta = KindsOf(page.members(0));
  EXPECT_NE(meta.find("phone_sha256")->second, kAnnsPhone);
  EXPECT_EQ(meta.count("country_sha256"), 1u);
  ASSERT_TRUE(List("ad-buyers", v1::DESTINATION_UNSPECIFIED, page).ok());
  EXPECT_EQ(KindsOf(page.members(0)).find("email")->second, "ann@Example.com");

  // A change tells the same, and the exit names whom to remove.
  v1::ListChangesResponse changes =
      Changes(cursor_, {"ad-buyers"}, v1::DESTINATION_GOOGLE);
  ASSERT_EQ(changes.changes_size(), 1);
  EXPECT_EQ(KindsOf(changes.changes(0)), google);
  v1::Event withdrawal = Introduce("ann", now, false);
  withdrawal.set_event_id("w-ann");
  Ingest({withdrawal});
  changes = Changes(changes.cursor(), {"ad-buyers"}, v1::DESTINATION_GOOGLE);
  ASSERT_EQ(changes.changes_size(), 1);
  EXPECT_EQ(changes.changes(0).kind(), v1::CHANGE_KIND_LEFT);
  EXPECT_EQ(KindsOf(changes.changes(0)), google);
}

TEST_F(DestinationTest, AnAudienceHasToRequireWhatTheDestinationNeeds) {
  v1::ListMembersResponse page;
  const grpc::Status refused = List("buyers", v1::DESTINATION_GOOGLE, page);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(refused), "CONSENT_NOT_REQUIRED");
  EXPECT_EQ(refused.error_message(),
            "the audience 'buyers' does not require ad_user_data and "
            "ad_personalization, which google needs; write consent: "
            "[ad_user_data, ad_personalization] in its rule");
  EXPECT_TRUE(List("buyers", v1::DESTINATION_META, page).ok());

  // Nor is there another way around it.
  for (const std::string audience : {"buyers", ""}) {
    v1::WatchMembershipsRequest watch;
    if (!audience.empty()) watch.add_audiences(audience);
    watch.set_destination(v1::DESTINATION_GOOGLE);
    grpc::ClientContext context;
    const auto stream = client_->audiences().WatchMemberships(&context, watch);
    v1::WatchMembershipsResponse response;
    EXPECT_FALSE(stream->Read(&response));
    EXPECT_EQ(ReasonOf(stream->Finish()),
              audience.empty() ? "INVALID_REQUEST" : "CONSENT_NOT_REQUIRED");
  }
  v1::BatchGetMembershipsRequest batch;
  batch.add_audiences("ad-buyers");
  batch.add_audiences("buyers");
  batch.add_profiles()->set_profile("p1");
  batch.set_destination(v1::DESTINATION_GOOGLE);
  grpc::ClientContext context;
  v1::BatchGetMembershipsResponse answer;
  EXPECT_EQ(ReasonOf(client_->audiences().BatchGetMemberships(&context, batch,
                                                              &answer)),
            "CONSENT_NOT_REQUIRED");
}

TEST_F(DestinationTest, WhatIsNotKnownIsRefusedAndAPreviewIsForNobody) {
  v1::ListMembersResponse page;
  EXPECT_EQ(ReasonOf(List("ad-buyers", static_cast<v1::Destination>(77), page)),
            "INVALID_REQUEST");
  EXPECT_EQ(ReasonOf(List("ad-buyers", v1::DESTINATION_META, page, true)),
            "INVALID_REQUEST");
  EXPECT_TRUE(List("draft-buyers", v1::DESTINATION_META, page).ok());
}

TEST_F(DestinationTest, APageBelongsToTheDestinationOfTheFirst) {
  const absl::Time now = absl::Now();
  for (const char* user : {"ann", "bob"}) {
    Ingest({Introduce(user, now - absl::Hours(2), true),
            Purchase(user, now - absl::Hours(1))});
  }
  v1::ListMembersRequest request;
  request.set_audience("ad-buyers");
  request.set_destination(v1::DESTINATION_META);
  request.set_page_size(1);
  const auto list = [&](v1::ListMembersResponse& page) {
    grpc::ClientContext context;
    return client_->audiences().ListMembers(&context, request, &page);
  };
  v1::ListMembersResponse page;
  ASSERT_TRUE(list(page).ok());
  request.set_page_token(page.next_page_token());
  request.set_destination(v1::DESTINATION_GOOGLE);
  EXPECT_EQ(ReasonOf(list(page)), "INVALID_PAGE_TOKEN");
  request.set_destination(v1::DESTINATION_META);
  EXPECT_TRUE(list(page).ok());
  EXPECT_EQ(page.members_size(), 1);
}

TEST_F(DestinationTest, ACheckTellsThePersonForTheDestination) {
  const absl::Time now = absl::Now();
  Ingest({Introduce("ann", now - absl::Hours(2), true),
          Purchase("ann", now - absl::Hours(1))});
  v1::BatchGetMembershipsRequest batch;
  batch.add_audiences("ad-buyers");
  v1::Identifier& ann = *batch.add_profiles()->mutable_identifier();
  ann.set_kind("user_id");
  ann.set_value("ann");
  batch.set_include_members(true);
  batch.set_destination(v1::DESTINATION_LINKEDIN);
  grpc::ClientContext context;
  v1::BatchGetMembershipsResponse answer;
  ASSERT_TRUE(
      client_->audiences().BatchGetMemberships(&context, batch, &answer).ok());
  EXPECT_EQ(KindsOf(answer.memberships(0).member()),
            (Kinds{{"email_sha256", kAnnsEmail}}));
}

}  // namespace
}  // namespace audienced
