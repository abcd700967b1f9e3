// What a client sees of audiences and identifiers, also with cursors and page
// tokens of others; and that it is written down.

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/end_to_end/operator.h"
#include "tests/security/secured_daemon.h"

namespace audienced {
namespace {

class SightTest : public testing::Test {
 protected:
  void SetUp() override {
    stub_ = v1::AudienceService::NewStub(daemon_->channel());
  }

  // The reason of the error, or `OK`.
  std::string List(const std::string& token, const std::string& audience,
                   v1::ListMembersResponse& response,
                   const std::string& page_token = "") {
    v1::ListMembersRequest request;
    request.set_audience(audience);
    request.set_page_token(page_token);
    request.set_page_size(1);
    const auto context = CallWith(token);
    const grpc::Status status =
        stub_->ListMembers(context.get(), request, &response);
    return status.ok() ? "OK" : ReasonOf(status);
  }

  std::string Changes(const std::string& token,
                      const std::vector<std::string>& audiences,
                      const std::string& cursor,
                      v1::ListChangesResponse& response) {
    v1::ListChangesRequest request;
    for (const std::string& name : audiences) request.add_audiences(name);
    request.set_cursor(cursor);
    const auto context = CallWith(token);
    const grpc::Status status =
        stub_->ListChanges(context.get(), request, &response);
    return status.ok() ? "OK" : ReasonOf(status);
  }

  // Has `person` download an e-book and carts something two hours ago.
  void Ingest(const std::string& person) {
    v1::IngestEventsRequest request;
    for (const char* name : {"file_download", "add_to_cart"}) {
      v1::Event& event = *request.add_events();
      event.set_event_id(person + name);
      event.set_event(name);
      event.mutable_occurred_time()->set_seconds(
          absl::ToUnixSeconds(absl::Now()) - 7200);
      v1::Identifier& who = *event.add_identifiers();
      who.set_kind("user_id");
      who.set_value(person);
      v1::Consent& consent = *event.add_consents();
      consent.set_purpose("marketing_email");
      consent.set_state(v1::Consent::STATE_GRANTED);
      v1::Item& item = *event.add_items();
      item.set_item_id("sku-1");
      v1::Property& extension = *event.add_properties();
      extension.set_name("file_extension");
      extension.set_text("pdf");
      v1::Property& file = *event.add_properties();
      file.set_name("file_name");
      file.set_text("ebook.pdf");
    }
    v1::IngestEventsResponse response;
    const auto context = CallWith(daemon_->admin());
    ASSERT_TRUE(v1::EventService::NewStub(daemon_->channel())
                    ->IngestEvents(context.get(), request, &response)
                    .ok());
    ASSERT_EQ(response.refused_count(), 0) << response.ShortDebugString();
  }

  SecuredDaemon* const daemon_ = &SharedDaemon();
  std::unique_ptr<v1::AudienceService::Stub> stub_;
};

TEST_F(SightTest, OtherAudiencesDoNotExist) {
  const std::string token =
      daemon_->MakeToken("carts", {v1::SCOPE_AUDIENCES}, {"cart-*"});
  v1::ListAudiencesResponse audiences;
  const auto context = CallWith(token);
  ASSERT_TRUE(stub_->ListAudiences(context.get(), {}, &audiences).ok());
  ASSERT_EQ(audiences.audiences_size(), 1);
  EXPECT_EQ(audiences.audiences(0).name(), "cart-abandoners");
  v1::ListMembersResponse members;
  EXPECT_EQ(List(token, "cart-abandoners", members), "OK");
  EXPECT_EQ(List(token, "ebook-leads", members), "AUDIENCE_NOT_FOUND");
  // Neither is it named where it is the nearest.
  v1::GetAudienceRequest request;
  request.set_audience("ebook-lead");
  v1::GetAudienceResponse response;
  const auto near = CallWith(token);
  const grpc::Status status =
      stub_->GetAudience(near.get(), request, &response);
  EXPECT_EQ(status.error_message().find("ebook-leads"), std::string::npos)
      << status.error_message();
  v1::BatchGetMembershipsRequest batch;
  batch.add_audiences("cart-abandoners");
  batch.add_audiences("ebook-leads");
  batch.add_profiles()->set_profile("p-1");
  v1::BatchGetMembershipsResponse memberships;
  const auto both = CallWith(token);
  EXPECT_EQ(
      ReasonOf(stub_->BatchGetMemberships(both.get(), batch, &memberships)),
      "AUDIENCE_NOT_FOUND");
}

TEST_F(SightTest, ACursorOfAClientWithMoreRightsGainsNothing) {
  const std::string all = daemon_->MakeToken("all", {v1::SCOPE_AUDIENCES});
  const std::string carts =
      daemon_->MakeToken("some", {v1::SCOPE_AUDIENCES}, {"cart-*"});
  v1::ListChangesResponse head;
  ASSERT_EQ(Changes(all, {}, "", head), "OK");
  v1::ListChangesResponse leads_head;
  ASSERT_EQ(Changes(all, {"ebook-leads"}, "", leads_head), "OK");
  Ingest("emil");

  const auto audiences_seen = [&](const std::string& token) {
    std::set<std::string> seen;
    v1::ListChangesResponse changes;
    EXPECT_EQ(Changes(token, {}, head.cursor(), changes), "OK");
    for (const auto& change : changes.changes()) seen.insert(change.audience());
    return seen;
  };
  EXPECT_EQ(audiences_seen(all),
            (std::set<std::string>{"cart-abandoners", "ebook-leads"}));
  EXPECT_EQ(audiences_seen(carts), (std::set<std::string>{"cart-abandoners"}));
  v1::ListChangesResponse changes;
  EXPECT_EQ(Changes(carts, {"ebook-leads"}, leads_head.cursor(), changes),
            "AUDIENCE_NOT_FOUND");
  EXPECT_EQ(Changes(carts, {}, leads_head.cursor(), changes),
            "CURSOR_FILTER_MISMATCH");

  v1::ListMembersResponse page;
  ASSERT_EQ(List(all, "ebook-leads", page), "OK");
  v1::ListMembersResponse next;
  EXPECT_EQ(List(carts, "ebook-leads", next, page.next_page_token()),
            "AUDIENCE_NOT_FOUND");
  EXPECT_EQ(List(carts, "cart-abandoners", next, page.next_page_token()),
            "INVALID_PAGE_TOKEN");
}

// What one watch is told is shared by all that see the same, and by no other.
TEST_F(SightTest, WatchesThatRunTogetherAreToldWhatEachMaySee) {
  struct Watch {
    std::string token;
    bool sees_identifiers;
    std::set<std::string> audiences;
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientReader<v1::WatchMembershipsResponse>> stream;
  };
  const std::set<std::string> both = {"cart-abandoners", "ebook-leads"};
  const std::set<std::string> carts = {"cart-abandoners"};
  std::vector<Watch> watches;
  const auto add = [&](const std::string& client, const char* pattern,
                       v1::IdentifierVisibility identifiers,
                       const std::set<std::string>& audiences) {
    Watch& watch = watches.emplace_back();
    watch.token = daemon_->MakeToken(client, {v1::SCOPE_AUDIENCES}, {pattern},
                                     identifiers);
    watch.sees_identifiers = identifiers == v1::IDENTIFIER_VISIBILITY_PLAIN;
    watch.audiences = audiences;
  };
  add("mail", "*", v1::IDENTIFIER_VISIBILITY_PLAIN, both);
  add("count", "*", v1::IDENTIFIER_VISIBILITY_NONE, both);
  add("carts-only", "cart-*", v1::IDENTIFIER_VISIBILITY_PLAIN, carts);
  add("mail-too", "*", v1::IDENTIFIER_VISIBILITY_PLAIN, both);
  for (Watch& watch : watches) {
    watch.context = CallWith(watch.token);
    watch.stream = stub_->WatchMemberships(watch.context.get(), {});
    v1::WatchMembershipsResponse first;
    ASSERT_TRUE(watch.stream->Read(&first));
  }
  Ingest("henri");
  for (Watch& watch : watches) {
    std::set<std::string> told;
    v1::WatchMembershipsResponse message;
    while (told.size() < watch.audiences.size() &&
           watch.stream->Read(&message)) {
      EXPECT_FALSE(message.cursor().empty());
      for (const v1::MembershipChange& change : message.changes()) {
        told.insert(change.audience());
        EXPECT_EQ(change.identifiers_size(), watch.sees_identifiers ? 1 : 0);
      }
    }
    EXPECT_EQ(told, watch.audiences);
    watch.context->TryCancel();
  }
}

TEST_F(SightTest, ACursorThatIsNotOursIsRefused) {
  const std::string token = daemon_->MakeToken("forger", {v1::SCOPE_AUDIENCES});
  v1::ListChangesResponse response;
  ASSERT_EQ(Changes(token, {}, "", response), "OK");
  const std::string good = response.cursor();
  v1::ListChangesResponse ignored;
  EXPECT_EQ(Changes(token, {}, good, ignored), "OK");
  for (size_t i = 0; i < good.size(); i += 7) {
    std::string altered = good;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    const std::string reason = Changes(token, {}, altered, ignored);
    // In the name of the database a change makes it one of another database.
    EXPECT_TRUE(reason == "INVALID_CURSOR" || reason == "CURSOR_FOREIGN")
        << i << ": " << reason;
  }
  for (const std::string& forged :
       {std::string("AAAA"), good + "A", good.substr(4), good + good,
        std::string(100'000, 'A'), std::string("=?!"), good.substr(0, 20)}) {
    EXPECT_EQ(Changes(token, {}, forged, ignored), "INVALID_CURSOR");
  }
  EXPECT_EQ(Changes(token, {"cart-abandoners"}, good, ignored),
            "CURSOR_FILTER_MISMATCH");
}

TEST_F(SightTest, IdentifiersAreSeenAsTheTokenSays) {
  Ingest("frieda");
  const auto identifiers_seen = [&](v1::IdentifierVisibility visibility) {
    const std::string token =
        daemon_->MakeToken("sees-" + std::to_string(visibility),
                           {v1::SCOPE_AUDIENCES}, {"*"}, visibility);
    v1::ListMembersRequest request;
    request.set_audience("ebook-leads");
    v1::ListMembersResponse response;
    const auto context = CallWith(token);
    EXPECT_TRUE(stub_->ListMembers(context.get(), request, &response).ok());
    EXPECT_GE(response.members_size(), 1);
    std::string text;
    for (const auto& member : response.members()) {
      for (const auto& identifier : member.identifiers()) {
        text += identifier.value() + " ";
      }
    }
    return text;
  };
  EXPECT_NE(identifiers_seen(v1::IDENTIFIER_VISIBILITY_PLAIN).find("frieda"),
            std::string::npos);
  EXPECT_EQ(identifiers_seen(v1::IDENTIFIER_VISIBILITY_NONE), "");
  EXPECT_EQ(identifiers_seen(v1::IDENTIFIER_VISIBILITY_HASHED).find("frieda"),
            std::string::npos);
}

TEST_F(SightTest, WhoReadWhatIsWrittenDown) {
  Ingest("gustav");
  const std::string token =
      daemon_->MakeToken("auditee", {v1::SCOPE_AUDIENCES, v1::SCOPE_ERASE});
  v1::ListMembersResponse page;
  ASSERT_EQ(List(token, "ebook-leads", page), "OK");
  v1::BatchGetMembershipsRequest batch;
  batch.add_audiences("cart-abandoners");
  batch.add_profiles()->set_profile("p-1");
  batch.add_profiles()->set_profile("p-2");
  for (int i = 0; i < 3; ++i) {
    v1::BatchGetMembershipsResponse ignored;
    const auto context = CallWith(token);
    ASSERT_TRUE(
        stub_->BatchGetMemberships(context.get(), batch, &ignored).ok());
  }
  v1::ListAuditEntriesRequest request;
  request.set_client("auditee");
  v1::ListAuditEntriesResponse response;
  const auto context = CallWith(daemon_->admin());
  ASSERT_TRUE(v1::AccessService::NewStub(daemon_->channel())
                  ->ListAuditEntries(context.get(), request, &response)
                  .ok());
  int64_t lists = 0;
  int64_t checks = 0;
  int64_t checked = 0;
  for (const v1::AuditEntry& entry : response.entries()) {
    if (entry.method() == "AudienceService.ListMembers") {
      EXPECT_EQ(entry.audience(), "ebook-leads");
      EXPECT_EQ(entry.item_count(), 1);
      ++lists;
    } else {
      EXPECT_EQ(entry.method(), "AudienceService.BatchGetMemberships");
      EXPECT_EQ(entry.audience(), "cart-abandoners");
      checks += entry.call_count();
      checked += entry.item_count();
    }
  }
  EXPECT_EQ(lists, 1);
  EXPECT_EQ(checks, 3);
  EXPECT_EQ(checked, 6);
  // At most two: a minute may end in between.
  EXPECT_LE(response.entries_size(), 3);
}

}  // namespace
}  // namespace audienced
