// How audiencectl says an event of a file to the daemon.

#include <gtest/gtest.h>

#include <string>

#include "daemon/ingest/event_message.h"
#include "google/protobuf/text_format.h"
#include "google/protobuf/util/message_differencer.h"
#include "rules/history/decimal.h"

namespace audienced {
namespace {

IncomingEvent Cart() {
  IncomingEvent incoming;
  incoming.identifiers = {{"user_id", "u-7"}};
  incoming.event.event_id = "e1";
  incoming.event.name = "add_to_cart";
  incoming.event.occurred_at = absl::FromUnixMicros(1772362800000005);
  return incoming;
}

std::string Difference(const v1::Event& event, const std::string& wanted_text) {
  v1::Event wanted;
  EXPECT_TRUE(
      google::protobuf::TextFormat::ParseFromString(wanted_text, &wanted));
  google::protobuf::util::MessageDifferencer differencer;
  std::string difference;
  differencer.ReportDifferencesToString(&difference);
  differencer.Compare(wanted, event);
  return difference;
}

TEST(EventMessage, NumbersAreExact) {
  IncomingEvent incoming = Cart();
  Properties item;
  item.Set("item_id", Value("boot"));
  item.Set("price", Value(*ParseDecimal("78.95")));
  item.Set("quantity", Value(Decimal::FromInteger(2)));
  item.Set("size", Value(Decimal::FromInteger(42)));
  item.Set("item_brand", Value(""));
  item.Set("item_name", Value());
  incoming.event.items = {item};
  incoming.event.properties.Set("value", Value(*ParseDecimal("157.9")));
  EXPECT_EQ(Difference(ToMessage(incoming), R"pb(
              event_id: "e1"
              event: "add_to_cart"
              occurred_time { seconds: 1772362800 nanos: 5000 }
              identifiers { kind: "user_id" value: "u-7" }
              items {
                item_id: "boot"
                exact_price: "78.95"
                exact_quantity: "2"
                properties { name: "size" decimal: "42" }
                properties { name: "item_brand" text: "" }
              }
              properties { name: "value" decimal: "157.9" })pb"),
            "");
}

TEST(EventMessage, EveryKindOfValueIsSaid) {
  IncomingEvent incoming = Cart();
  Properties& properties = incoming.event.properties;
  properties.Set("text", Value("12"));
  properties.Set("empty", Value(""));
  properties.Set("yes", Value(true));
  properties.Set("gone", Value());
  properties.Set("list", Value(Value::List{Value("a"), Value(false)}));
  incoming.event.traits.Set("plan", Value());  // takes the trait away
  incoming.event.consents = {{"mail", true}, {"ads", false}};
  EXPECT_EQ(Difference(ToMessage(incoming), R"pb(
              event_id: "e1"
              event: "add_to_cart"
              occurred_time { seconds: 1772362800 nanos: 5000 }
              identifiers { kind: "user_id" value: "u-7" }
              properties { name: "text" text: "12" }
              properties { name: "empty" text: "" }
              properties { name: "yes" boolean: true }
              properties { name: "list" json: "[\"a\",false]" }
              traits { name: "plan" }
              consents { purpose: "mail" state: STATE_GRANTED }
              consents { purpose: "ads" state: STATE_DENIED })pb"),
            "");
}

TEST(EventMessage, ItemNumbersThatAreTextKeepTheirName) {
  IncomingEvent incoming = Cart();
  Properties item;
  item.Set("price", Value("1e15"));  // beyond the bounds of Decimal
  incoming.event.items = {item};
  const v1::Event event = ToMessage(incoming);
  ASSERT_EQ(event.items_size(), 1);
  ASSERT_EQ(event.items(0).properties_size(), 1);
  EXPECT_EQ(event.items(0).properties(0).text(), "1e15");
}

}  // namespace
}  // namespace audienced
