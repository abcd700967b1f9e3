// What a member carries, and that it is told alike in every way.

#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include "tests/end_to_end/client.h"
#include "tests/end_to_end/daemon_process.h"
#include "tests/end_to_end/operator.h"

namespace audienced {
namespace {

using google::protobuf::util::MessageDifferencer;

class MemberFieldsTest : public testing::Test {
 protected:
  MemberFieldsTest() : daemon_(folder_.path() + "/data") {}

  void Start() {
    ASSERT_TRUE(daemon_.Start()) << daemon_.Log();
    client_ = std::make_unique<Client>(daemon_.channel());
  }

  void Send(const std::vector<v1::Event>& events) {
    v1::IngestEventsResponse response;
    ASSERT_TRUE(client_->Ingest(events, response).ok());
    ASSERT_EQ(response.accepted_count(), static_cast<int>(events.size()));
  }

  // A full line: of `pieces` pieces of `item`.
  static v1::Event CartEvent(const std::string& id, const std::string& name,
                             absl::Time at, const std::string& item,
                             int pieces) {
    v1::Event event = MakeEvent(id, name, "ann", at, item);
    v1::Item& line = *event.mutable_items(0);
    line.set_item_category("Shoes");
    line.set_item_brand("Acme");
    line.set_item_variant("red");
    line.set_quantity(pieces);
    line.set_image_url("https://shop.example/" + item + ".jpg");
    line.set_url("https://shop.example/" + item);
    return event;
  }

  v1::ListChangesResponse Changes(const std::string& cursor) {
    v1::ListChangesRequest request;
    request.set_cursor(cursor);
    grpc::ClientContext context;
    v1::ListChangesResponse response;
    EXPECT_TRUE(
        client_->audiences().ListChanges(&context, request, &response).ok());
    return response;
  }

  v1::Member Listed() {
    v1::ListMembersRequest request;
    request.set_audience("cart-abandoners");
    grpc::ClientContext context;
    v1::ListMembersResponse response;
    EXPECT_TRUE(
        client_->audiences().ListMembers(&context, request, &response).ok());
    EXPECT_EQ(response.members_size(), 1);
    return response.members_size() == 1 ? response.members(0) : v1::Member();
  }

  v1::Membership Asked() {
    v1::BatchGetMembershipsRequest request;
    request.add_audiences("cart-abandoners");
    v1::Identifier& who = *request.add_profiles()->mutable_identifier();
    who.set_kind("user_id");
    who.set_value("ann");
    request.set_include_members(true);
    grpc::ClientContext context;
    v1::BatchGetMembershipsResponse response;
    EXPECT_TRUE(client_->audiences()
                    .BatchGetMemberships(&context, request, &response)
                    .ok());
    return response.memberships(0);
  }

  const TestFolder folder_;
  DaemonProcess daemon_;
  std::unique_ptr<Client> client_;
};

// Two boots and a belt, each line with all that the events say of it.
void ExpectCart(const v1::Context& context) {
  ASSERT_EQ(context.cart_size(), 2);
  const v1::ContextItem& boot = context.cart(0);
  const v1::ContextItem& belt = context.cart(1);
  EXPECT_EQ(belt.item_id(), "belt");
  EXPECT_EQ(belt.quantity(), "1");
  EXPECT_EQ(boot.item_id(), "boot");
  EXPECT_EQ(boot.quantity(), "2");
  EXPECT_EQ(boot.item_name(), "Item boot");
  EXPECT_EQ(boot.item_category(), "Shoes");
  EXPECT_EQ(boot.item_brand(), "Acme");
  EXPECT_EQ(boot.item_variant(), "red");
  EXPECT_EQ(boot.price(), "19.9");
  EXPECT_EQ(boot.currency(), "EUR");
  EXPECT_EQ(boot.image_url(), "https://shop.example/boot.jpg");
  EXPECT_EQ(boot.url(), "https://shop.example/boot");
  ASSERT_EQ(context.value_size(), 1);
  EXPECT_EQ(context.value(0).amount(), "59.7");
  EXPECT_EQ(context.value(0).currency(), "EUR");
}

// A cart of two boots and a belt is left, when a third boot was taken out and
// the hat was bought.
TEST_F(MemberFieldsTest, EveryWayTellsAllOfIt) {
  Start();
  const absl::Time now =
      absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  const absl::Time carted = now - absl::Hours(2);
  const std::string start = Changes("").cursor();
  Send(
      {MakeConsent("1", "ann", now - absl::Hours(3)),
       CartEvent("2", "add_to_cart", carted - absl::Minutes(9), "boot", 3),
       CartEvent("3", "remove_from_cart", carted - absl::Minutes(8), "boot", 1),
       CartEvent("4", "add_to_cart", carted - absl::Minutes(7), "hat", 1),
       CartEvent("5", "purchase", carted - absl::Minutes(6), "hat", 1),
       CartEvent("6", "add_to_cart", carted, "belt", 1)});
  const v1::ListChangesResponse entered = Changes(start);
  ASSERT_EQ(entered.changes_size(), 1);
  const v1::MembershipChange& change = entered.changes(0);
  const v1::Member listed = Listed();
  const v1::Member asked = Asked().member();

  EXPECT_EQ(change.kind(), v1::CHANGE_KIND_ENTERED);
  EXPECT_EQ(change.cause(), v1::CAUSE_CONSENT);
  ExpectCart(change.context());
  ASSERT_EQ(change.consents_size(), 1);
  EXPECT_EQ(change.consents(0).purpose(), "marketing_email");
  EXPECT_TRUE(change.consents(0).granted());
  EXPECT_EQ(change.consents(0).told_time().seconds(),
            absl::ToUnixSeconds(now - absl::Hours(3)));
  EXPECT_EQ(change.expire_time().seconds(),
            absl::ToUnixSeconds(carted + absl::Hours(72)));
  EXPECT_EQ(change.effective_time().seconds(),
            absl::ToUnixSeconds(carted + absl::Hours(1)));
  EXPECT_EQ(change.episode(), 1);
  EXPECT_EQ(change.idempotency_key(),
            "cart-abandoners/" + change.profile() + "/1");
  EXPECT_EQ(change.rule_version(), 1);
  EXPECT_EQ(change.identifiers(0).value(), "ann");

  for (const v1::Member& member : {listed, asked}) {
    SCOPED_TRACE(member.has_commit_time() ? "listed" : "asked");
    EXPECT_EQ(member.profile(), change.profile());
    EXPECT_EQ(member.episode(), change.episode());
    EXPECT_EQ(member.idempotency_key(), change.idempotency_key());
    EXPECT_EQ(member.rule_version(), change.rule_version());
    EXPECT_EQ(member.entered_time().seconds(),
              change.effective_time().seconds());
    EXPECT_TRUE(MessageDifferencer::Equals(member.effective_time(),
                                           change.effective_time()));
    EXPECT_TRUE(
        MessageDifferencer::Equals(member.expire_time(), change.expire_time()));
    EXPECT_TRUE(MessageDifferencer::Equals(member.context(), change.context()))
        << member.context().DebugString();
    ASSERT_EQ(member.consents_size(), 1);
    EXPECT_TRUE(
        MessageDifferencer::Equals(member.consents(0), change.consents(0)));
    EXPECT_EQ(member.identifiers(0).value(), "ann");
  }
}

TEST_F(MemberFieldsTest, AnExitSaysWhichConsentAndTheLogTellsTheSameAsMemory) {
  Start();
  const absl::Time now = absl::Now();
  const std::string start = Changes("").cursor();
  Send({MakeConsent("1", "ann", now - absl::Hours(3)),
        MakeEvent("2", "add_to_cart", "ann", now - absl::Hours(2), "boot")});
  v1::Event withdrawal = MakeConsent("3", "ann", now - absl::Minutes(1));
  withdrawal.mutable_consents(0)->set_state(v1::Consent::STATE_DENIED);
  Send({withdrawal});
  const v1::ListChangesResponse told = Changes(start);
  ASSERT_EQ(told.changes_size(), 2);
  const v1::MembershipChange& exit = told.changes(1);
  EXPECT_EQ(exit.kind(), v1::CHANGE_KIND_LEFT);
  EXPECT_EQ(exit.cause(), v1::CAUSE_CONSENT);
  ASSERT_EQ(exit.consents_size(), 1);
  EXPECT_FALSE(exit.consents(0).granted());
  EXPECT_EQ(exit.consents(0).told_time().seconds(),
            absl::ToUnixSeconds(now - absl::Minutes(1)));

  ASSERT_EQ(daemon_.Stop(), 0);
  Start();
  const v1::ListChangesResponse read = Changes(start);
  ASSERT_EQ(read.changes_size(), 2);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(MessageDifferencer::Equals(read.changes(i), told.changes(i)))
        << read.changes(i).DebugString() << told.changes(i).DebugString();
  }
}

TEST_F(MemberFieldsTest, AnAnswerThatClientsWouldNotReadIsRefused) {
  Start();
  const absl::Time now = absl::Now();
  std::vector<v1::Event> events = {
      MakeConsent("1", "ann", now - absl::Hours(3))};
  const std::string url = "https://shop.example/" + std::string(900, 'x');
  for (int i = 0; i < 80; ++i) {
    const std::string number = std::to_string(i);
    events.push_back(MakeEvent("cart-" + number, "add_to_cart", "ann",
                               now - absl::Hours(2), "sku-" + number));
    v1::Item& line = *events.back().mutable_items(0);
    line.set_url(url);
    line.set_image_url(url);
  }
  Send(events);
  const int64_t size = static_cast<int64_t>(Asked().ByteSizeLong());
  ASSERT_GT(size, 100'000);

  v1::BatchGetMembershipsRequest request;
  request.add_audiences("cart-abandoners");
  request.set_include_members(true);
  const auto ask = [&](int64_t persons) {
    request.clear_profiles();
    for (int64_t i = 0; i < persons; ++i) {
      v1::Identifier& who = *request.add_profiles()->mutable_identifier();
      who.set_kind("user_id");
      who.set_value("ann");
    }
    grpc::ClientContext context;
    v1::BatchGetMembershipsResponse response;
    return client_->audiences().BatchGetMemberships(&context, request,
                                                    &response);
  };
  const int64_t most = (4 << 20) / (size + 16);
  EXPECT_TRUE(ask(most).ok());
  EXPECT_EQ(ReasonOf(ask(most + 2)), "BATCH_TOO_LARGE");
}

// Asked right after the purchase was acknowledged, each time: never behind.
TEST_F(MemberFieldsTest, WhoHasBoughtIsNoMemberOnceThatIsAcknowledged) {
  Start();
  const absl::Time now = absl::Now();
  Send({MakeConsent("0", "ann", now - absl::Hours(60))});
  for (int round = 0; round < 20; ++round) {
    const std::string number = std::to_string(round);
    const absl::Time carted = now - absl::Hours(50 - 2 * round);
    Send({MakeEvent("c" + number, "add_to_cart", "ann", carted, "boot")});
    ASSERT_EQ(Asked().state(), v1::Membership::STATE_MEMBER) << round;
    Send({MakeEvent("p" + number, "purchase", "ann", carted + absl::Hours(1),
                    "boot")});
    ASSERT_EQ(Asked().state(), v1::Membership::STATE_NOT_MEMBER) << round;
  }
}

}  // namespace
}  // namespace audienced
