#include "tests/unit/export/export_scene.h"

#include <gtest/gtest.h>

#include <utility>

#include "google/protobuf/text_format.h"

namespace audienced {
namespace {

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

}  // namespace

std::unique_ptr<Format> FormatOf(const std::string& name,
                                 FormatOptions options) {
  options.audience = "cart-abandoners";
  auto format = MakeFormat(name, options);
  EXPECT_TRUE(format.ok()) << format.status();
  return *std::move(format);
}

v1::Member Ann() {
  return Parse<v1::Member>(R"pb(
    audience: "cart-abandoners"
    profile: "p1"
    identifiers { kind: "country" value: "GB" }
    identifiers { kind: "email_sha256" value: "aa" }
    identifiers { kind: "email_sha256" value: "ab" }
    identifiers { kind: "external_id" value: "u-1" }
    identifiers { kind: "first_name_sha256" value: "f1" }
    identifiers { kind: "last_name_sha256" value: "l1" }
    identifiers { kind: "phone_sha256" value: "c1" }
    identifiers { kind: "postal_code" value: "LS1 1AA" }
  )pb");
}

v1::Member Bob() {
  return Parse<v1::Member>(R"pb(
    profile: "p2"
    identifiers { kind: "email_sha256" value: "ba" }
  )pb");
}

v1::Member Nobody() {
  return Parse<v1::Member>(R"pb(
    profile: "p3"
    identifiers { kind: "city_sha256" value: "x" }
  )pb");
}

v1::Member Plain() {
  return Parse<v1::Member>(R"pb(
    audience: "cart-abandoners"
    profile: "p4"
    identifiers { kind: "email" value: "no address" }
    identifiers { kind: "email" value: "Cy@Example.com" }
    identifiers { kind: "phone" value: "020 7946 0958" }
    identifiers { kind: "user_id" value: "u, \"7\"" }
    episode: 2
    idempotency_key: "cart-abandoners/p4/2"
    entered_time { seconds: 1772353800 }
    existing: true
    rule_version: 3
    context {
      cart { item_id: "sku-1" quantity: "1" }
      value { currency: "GBP" amount: "9.5" }
    }
  )pb");
}

}  // namespace audienced
