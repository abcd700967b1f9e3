#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "daemon/ingest/error_reason.h"
#include "daemon/service/conversion/context_conversion.h"
#include "daemon/service/conversion/event_conversion.h"
#include "daemon/service/conversion/profile_name.h"
#include "daemon/service/conversion/status_mapping.h"
#include "daemon/service/conversion/time_conversion.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

// What senders can write, and what becomes of it; what clients read of errors.

namespace audienced {
namespace {

constexpr char kGoodEvent[] = R"(
  event_id: "1" event: "add_to_cart"
  occurred_time { seconds: 900 nanos: 1999 }
  identifiers { kind: "user_id" value: "ann" }
  items {
    item_id: "7" price: 19.99 exact_quantity: "2"
    properties { name: "color" text: "red" }
  }
  exact_value: "39.980" currency: "EUR"
  properties { name: "sizes" json: "{\"eu\":[41,42.50]}" }
  properties { name: "nothing" }
  traits { name: "plan" }
  consents { purpose: "marketing_email" state: STATE_GRANTED })";

v1::Event Parse(const std::string& text) {
  v1::Event event;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &event));
  return event;
}

Arrival At1000() { return {"default", absl::FromUnixSeconds(1000)}; }

TEST(EventConversion, TakesAGoodEvent) {
  const absl::StatusOr<IncomingEvent> read =
      ToIncomingEvent(Parse(kGoodEvent), At1000());
  ASSERT_TRUE(read.ok()) << read.status();
  const Event& event = read->event;
  EXPECT_EQ(event.occurred_at,
            absl::FromUnixSeconds(900) + absl::Microseconds(1));
  EXPECT_EQ(event.origin, "default");
  EXPECT_EQ(ToText(*event.properties.Find("value")->number()), "39.98");
  EXPECT_EQ(ToText(*event.items[0].Find("price")->number()), "19.99");
  EXPECT_EQ(*event.items[0].Find("color")->text(), "red");
  EXPECT_EQ(event.properties.Find("nothing"), nullptr);
  EXPECT_EQ(event.traits.size(), 1u);  // null: removes
  EXPECT_TRUE(event.consents[0].second);
}

struct Refused {
  std::string added;  // merged into the good event
  v1::ErrorReason reason;
  std::string field;
};

TEST(EventConversion, TellsReasonAndFieldOfTheFirstFault) {
  const Refused kCases[] = {
      {"identifiers { kind: 'user_id' value: 'bob' }",
       v1::ERROR_REASON_INVALID_IDENTIFIER, "identifiers[1].kind"},
      {"identifiers { kind: 'User' value: 'bob' }",
       v1::ERROR_REASON_INVALID_IDENTIFIER, "identifiers[1].kind"},
      {"identifiers { kind: 'email' }", v1::ERROR_REASON_INVALID_IDENTIFIER,
       "identifiers[1].value"},
      {"items { price: nan }", v1::ERROR_REASON_INVALID_NUMBER,
       "items[1].price"},
      {"items { exact_price: '1,5' }", v1::ERROR_REASON_INVALID_NUMBER,
       "items[1].exact_price"},
      {"items { item_id: 'b' properties { name: 'item_id' text: 'a' } }",
       v1::ERROR_REASON_INVALID_PROPERTY, "items[1].properties[0].name"},
      {"properties { name: 'currency' text: 'EUR' }",
       v1::ERROR_REASON_INVALID_PROPERTY, "properties[2].name"},
      {"properties { name: 'items' text: 'x' }",
       v1::ERROR_REASON_INVALID_PROPERTY, "properties[2].name"},
      {"properties { name: 'x' } properties { name: 'x' text: 'a' }",
       v1::ERROR_REASON_INVALID_PROPERTY, "properties[3].name"},
      {"traits { name: '$large' boolean: true }",
       v1::ERROR_REASON_INVALID_PROPERTY, "traits[1].name"},
      {"properties { name: 'x' json: '{' }", v1::ERROR_REASON_INVALID_JSON,
       "properties[2].json"},
      {"occurred_time { seconds: -1 }", v1::ERROR_REASON_INVALID_TIME,
       "occurred_time"},
      {"occurred_time { nanos: 1000000000 }", v1::ERROR_REASON_INVALID_TIME,
       "occurred_time"},
      {"occurred_time { seconds: 253402300800 }", v1::ERROR_REASON_INVALID_TIME,
       "occurred_time"},
      {"country: 'E\\000S'", v1::ERROR_REASON_INVALID_TEXT, "country"},
      {absl::StrCat("country: '", std::string(8193, 'x'), "'"),
       v1::ERROR_REASON_TEXT_TOO_LONG, "country"},
      {"consents { purpose: 'marketing_email' state: STATE_DENIED }",
       v1::ERROR_REASON_INVALID_CONSENT, "consents[1].purpose"},
      {"consents { purpose: 'x' }", v1::ERROR_REASON_INVALID_CONSENT,
       "consents[1].state"},
  };
  for (const Refused& refused : kCases) {
    SCOPED_TRACE(refused.added.substr(0, 80));
    v1::Event event = Parse(kGoodEvent);
    event.MergeFrom(Parse(refused.added));
    const auto read = ToIncomingEvent(event, At1000());
    ASSERT_FALSE(read.ok());
    const v1::EventResult result = RefusedResult(read.status());
    EXPECT_EQ(result.status(), v1::EventResult::STATUS_REFUSED);
    EXPECT_EQ(result.reason(), refused.reason) << result.message();
    EXPECT_EQ(result.field(), refused.field);
    EXPECT_FALSE(result.message().empty());
  }
}

TEST(EventConversion, WantsIdNameTimeAndIdentifier) {
  v1::Event event;
  const v1::ErrorReason kReasons[] = {v1::ERROR_REASON_MISSING_EVENT_ID,
                                      v1::ERROR_REASON_MISSING_EVENT_NAME,
                                      v1::ERROR_REASON_MISSING_OCCURRED_TIME,
                                      v1::ERROR_REASON_MISSING_IDENTIFIER};
  int step = 0;
  for (const v1::ErrorReason reason : kReasons) {
    EXPECT_EQ(ReasonOf(ToIncomingEvent(event, At1000()).status()), reason);
    if (step == 0) event.set_event_id("1");
    if (step == 1) event.set_event("view_item");
    if (step == 2) event.mutable_occurred_time();
    if (step == 3) *event.add_identifiers() = Parse(kGoodEvent).identifiers(0);
    ++step;
  }
  EXPECT_TRUE(ToIncomingEvent(event, At1000()).ok());
}

TEST(EventConversion, KeepsNumbersBeyondTheBoundAsText) {
  v1::Event event = Parse(kGoodEvent);
  event.set_value(1e15);
  EXPECT_EQ(
      *ToIncomingEvent(event, At1000())->event.properties.Find("value")->text(),
      "1e+15");
  event.set_exact_value("1000000000000");
  EXPECT_NE(
      ToIncomingEvent(event, At1000())->event.properties.Find("value")->text(),
      nullptr);
  event.set_exact_value("999999999999.999999");
  EXPECT_NE(ToIncomingEvent(event, At1000())
                ->event.properties.Find("value")
                ->number(),
            nullptr);
}

TEST(EventConversion, SurvivesAnyBytes) {
  std::mt19937_64 dice(1);
  const std::string good = Parse(kGoodEvent).SerializeAsString();
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int changes = static_cast<int>(dice() % 6); changes >= 0; --changes) {
      bytes[dice() % bytes.size()] = static_cast<char>(dice());
    }
    v1::Event event;
    if (!event.ParseFromString(bytes)) continue;
    const auto read = ToIncomingEvent(event, At1000());
    if (!read.ok()) {
      EXPECT_NE(ReasonOf(read.status()), v1::ERROR_REASON_UNSPECIFIED);
    }
  }
}

TEST(ContextConversion, ReadsWhatTheEngineRenders) {
  const auto context = ParseContext(
      R"({"cart":[{"item_id":"sku-1","price":"30","quantity":"2"}],)"
      R"("value":[{"amount":"60","currency":"EUR"}],)"
      R"("last_event":{"event":"x","occurred_time":"2026-03-01T00:00:00.5Z"},)"
      R"("scores":[{"name":"heat","value":12.5}],)"
      R"("traits":[{"name":"plan","value":"pro"}],"later":{}})");
  ASSERT_TRUE(context.ok());
  EXPECT_EQ(context->cart(0).price(), "30");
  EXPECT_EQ(context->value(0).amount(), "60");
  EXPECT_EQ(context->last_event().occurred_time().nanos(), 500'000'000);
  EXPECT_EQ(context->scores(0).value(), 12.5);
  EXPECT_EQ(context->traits(0).value().string_value(), "pro");
  EXPECT_FALSE(ParseContext("[]").ok());
}

google::rpc::Status Details(const absl::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(
      details.ParseFromString(ToGrpcStatus(status, "Test").error_details()));
  return details;
}

TEST(StatusMapping, EveryErrorCarriesItsReason) {
  const google::rpc::Status expired =
      Details(WithReason(absl::OutOfRangeError("too old"),
                         v1::ERROR_REASON_CURSOR_EXPIRED, {{"stream", "17"}}));
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(expired.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "CURSOR_EXPIRED");
  EXPECT_EQ(info.domain(), "audienced");
  EXPECT_EQ(info.metadata().at("stream"), "17");

  const google::rpc::Status away = Details(absl::UnavailableError("socket 5"));
  EXPECT_EQ(away.message().find("socket"), std::string::npos);
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(away.details(1).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 1);

  const google::rpc::Status defect = Details(absl::InternalError("secret"));
  EXPECT_EQ(defect.message().find("secret"), std::string::npos);

  google::rpc::BadRequest bad;
  ASSERT_TRUE(Details(InvalidField(v1::ERROR_REASON_INVALID_REQUEST,
                                   "page_size", "page_size is -1"))
                  .details(1)
                  .UnpackTo(&bad));
  EXPECT_EQ(bad.field_violations(0).field(), "page_size");
}

TEST(ProfileName, ReadsBackAndRefusesOthers) {
  for (int64_t number = 1; number < 10'000; ++number) {
    const ProfileId id{number};
    ASSERT_EQ(ParseProfileName(ProfileName(id)), id);
  }
  // Clients store them: they never change.
  EXPECT_EQ(ProfileName(ProfileId{1}), "pap5myq2qawpd4");
  for (const char* other : {"", "p", "x0000000000000", "pzzzzzzzzzzzzz",
                            "pAP5MYQ2QAWPD4", "p0000000000000"}) {
    EXPECT_FALSE(ParseProfileName(other)) << other;
  }
}

TEST(TimeConversion, CutsToTheMicrosecond) {
  EXPECT_EQ(ToTimestamp(absl::FromUnixMicros(-1)).nanos(), 999'999'000);
  EXPECT_FALSE(IsInstant(absl::InfiniteFuture()));
  EXPECT_FALSE(IsInstant(absl::InfinitePast()));
  const absl::Time time = absl::FromUnixMicros(1'234'567);
  EXPECT_EQ(ToTime(ToTimestamp(time)), time);
}

}  // namespace
}  // namespace audienced
