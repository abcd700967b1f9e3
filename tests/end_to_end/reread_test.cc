// What rules ask of an event is the same when it comes and when it is read
// again: of all its properties, at whatever depth, and of its items.

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"

namespace audienced {
namespace {

constexpr char kRereadRules[] = R"(version: 1
timezone: UTC
conversions:
  viewed: { kind: micro, role: process, event: view_item }
audiences:
  gold:
    who: { did: { event: view_item, where: { customer.tier: gold } } }
  shoes:
    who: { did: viewed, where: { item_category: Shoes }, times: 3 }
  wide:
    who:
      did: viewed
      where: { item: { item_brand: Acme, fit.width: wide } }
  twice-the-same:
    who: { did: viewed, same: item_id, times: 2 }
  alike-in-a-visit:
    who: { did: viewed, in_one: session, times: 3 }
  shown:
    who: { did: viewed }
    context: [items, value]
)";
constexpr const char* kAudiences[] = {
    "gold", "shoes", "wide", "twice-the-same", "alike-in-a-visit", "shown"};

void AddJson(const std::string& name, const std::string& json,
             google::protobuf::RepeatedPtrField<v1::Property>& properties) {
  v1::Property& property = *properties.Add();
  property.set_name(name);
  property.set_json(json);
}

class RereadTest : public testing::Test {
 protected:
  RereadTest()
      : rules_(folder_.path() + "/rules"),
        daemon_(folder_.path() + "/data", {}, rules_) {
    std::filesystem::create_directory(rules_);
    std::ofstream(rules_ + "/shop.yaml") << kRereadRules;
  }

  void Start() {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
  }

  // A view of an item. Views of the same kind differ in what no rule asks, or
  // in nothing.
  v1::Event View(int number) const {
    const std::string user = "user" + std::to_string(number % 7);
    v1::Event event = MakeEvent("e" + std::to_string(number), "view_item", user,
                                now_ - absl::Hours(1) - absl::Seconds(number),
                                "sku-" + std::to_string(number % 4));
    const std::string tier = number % 3 == 0 ? "gold" : "silver";
    AddJson("customer", R"({"name": "}\"{", "tier": ")" + tier + R"("})",
            *event.mutable_properties());
    AddJson("visit",
            number % 5 == 0 ? R"(["gold", {"tier": "gold"}, "\\"])" : "null",
            *event.mutable_properties());
    if (number % 2 == 0) event.set_session_id("s" + std::to_string(number % 3));
    v1::Item& item = *event.mutable_items(0);
    item.set_item_category(number % 4 == 0 ? "Shoes" : "Hats");
    item.set_item_brand(number % 4 < 2 ? "Acme" : "Other");
    item.set_image_url("https://shop.example/?q=\"" + item.item_id() + "\"");
    AddJson("fit",
            number % 4 == 1 ? R"({"width": "wide"})" : R"({"width": "narrow"})",
            *item.mutable_properties());
    AddJson("stock",
            number % 5 == 1 ? R"({"width": "wide", "at": ["}"]})" : "7",
            *item.mutable_properties());
    return event;
  }

  // Members by audience, evaluated for the question.
  std::map<std::string, v1::ListMembersResponse> Members() {
    std::map<std::string, v1::ListMembersResponse> members;
    for (const char* audience : kAudiences) {
      v1::ListMembersRequest request;
      request.set_audience(audience);
      request.mutable_as_of_time()->set_seconds(absl::ToUnixSeconds(now_));
      grpc::ClientContext context;
      const grpc::Status status = client_->audiences().ListMembers(
          &context, request, &members[audience]);
      EXPECT_TRUE(status.ok()) << status.error_message();
    }
    return members;
  }

  const absl::Time now_ =
      absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  const TestFolder folder_;
  const std::string rules_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
};

TEST_F(RereadTest, AStartFindsTheMembersThatEventsHaveMade) {
  constexpr int kEvents = 80;
  Start();
  std::vector<v1::Event> events;
  for (int i = 0; i < kEvents; ++i) events.push_back(View(i));
  v1::IngestEventsResponse response;
  ASSERT_TRUE(client_->Ingest(events, response).ok());
  ASSERT_EQ(response.accepted_count(), kEvents);
  const auto live = Members();
  for (const auto& [audience, page] : live) {
    EXPECT_GT(page.members_size(), 0) << audience << " is blind";
  }
  ASSERT_EQ(daemon_.Stop(), 0);
  Start();
  for (const auto& [audience, page] : Members()) {
    google::protobuf::util::MessageDifferencer differencer;
    std::string difference;
    differencer.ReportDifferencesToString(&difference);
    EXPECT_EQ(page.members_size(), live.at(audience).members_size());
    for (int i = 0; i < page.members_size(); ++i) {
      EXPECT_TRUE(
          differencer.Compare(live.at(audience).members(i), page.members(i)))
          << audience << ": " << difference;
    }
  }
}

}  // namespace
}  // namespace audienced
