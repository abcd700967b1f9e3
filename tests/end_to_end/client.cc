#include "tests/end_to_end/client.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

namespace audienced {
namespace {

void SetTime(absl::Time time, google::protobuf::Timestamp& timestamp) {
  const int64_t micros = absl::ToUnixMicros(time);
  timestamp.set_seconds(micros / 1'000'000);
  timestamp.set_nanos(static_cast<int>(micros % 1'000'000) * 1000);
}

}  // namespace

Client::Client(std::shared_ptr<grpc::Channel> channel)
    : audiences_(v1::AudienceService::NewStub(channel)),
      events_(v1::EventService::NewStub(channel)) {}

grpc::Status Client::Ingest(const std::vector<v1::Event>& events,
                            v1::IngestEventsResponse& response) {
  v1::IngestEventsRequest request;
  for (const v1::Event& event : events) *request.add_events() = event;
  grpc::ClientContext context;
  return events_->IngestEvents(&context, request, &response);
}

Client::List Client::ListAll(std::optional<absl::Time> as_of) {
  List list;
  for (const char* audience : kShopAudiences) {
    v1::ListMembersRequest request;
    request.set_audience(audience);
    request.set_page_size(7);  // so that there are pages
    if (as_of) SetTime(*as_of, *request.mutable_as_of_time());
    do {
      grpc::ClientContext context;
      v1::ListMembersResponse response;
      const grpc::Status status =
          audiences_->ListMembers(&context, request, &response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      if (!status.ok()) return list;
      for (const v1::Member& member : response.members()) {
        EXPECT_TRUE(list.members.emplace(audience, member.profile()).second)
            << "listed twice";
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
  }
  grpc::ClientContext context;
  v1::ListChangesResponse head;
  EXPECT_TRUE(audiences_->ListChanges(&context, {}, &head).ok());
  list.cursor = head.cursor();
  return list;
}

std::string Client::Follow(std::string cursor, Members& members) {
  v1::ListChangesRequest request;
  request.set_page_size(11);
  v1::ListChangesResponse response;
  do {
    request.set_cursor(cursor);
    grpc::ClientContext context;
    response.Clear();
    const grpc::Status status =
        audiences_->ListChanges(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (!status.ok()) return cursor;
    for (const v1::MembershipChange& change : response.changes()) {
      const std::pair<std::string, std::string> member(change.audience(),
                                                       change.profile());
      if (change.kind() == v1::CHANGE_KIND_ENTERED) {
        EXPECT_TRUE(members.insert(member).second) << "entered twice";
      } else if (change.kind() == v1::CHANGE_KIND_LEFT) {
        EXPECT_EQ(members.erase(member), 1u) << "left without having entered";
      } else {
        EXPECT_TRUE(members.contains(member)) << "changed outside a stay";
      }
    }
    cursor = response.cursor();
  } while (response.more());
  return cursor;
}

v1::Event MakeEvent(const std::string& id, const std::string& name,
                    const std::string& user, absl::Time occurred) {
  v1::Event event;
  event.set_event_id(id);
  event.set_event(name);
  SetTime(occurred, *event.mutable_occurred_time());
  v1::Identifier& identifier = *event.add_identifiers();
  identifier.set_kind("user_id");
  identifier.set_value(user);
  return event;
}

v1::Event MakeEvent(const std::string& id, const std::string& name,
                    const std::string& user, absl::Time occurred,
                    const std::string& item) {
  v1::Event event = MakeEvent(id, name, user, occurred);
  v1::Item& line = *event.add_items();
  line.set_item_id(item);
  line.set_item_name("Item " + item);
  line.set_exact_price("19.90");
  event.set_currency("EUR");
  return event;
}

v1::Event MakeConsent(const std::string& id, const std::string& user,
                      absl::Time occurred) {
  v1::Event event = MakeEvent(id, "$identify", user, occurred);
  v1::Consent& consent = *event.add_consents();
  consent.set_purpose("marketing_email");
  consent.set_state(v1::Consent::STATE_GRANTED);
  return event;
}

}  // namespace audienced
