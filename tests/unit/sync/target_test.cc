// What an endpoint gets: its address, the signature, the body.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>

#include "absl/types/span.h"
#include "daemon/ctl/export/format/format.h"
#include "daemon/ctl/sync/target/folder_target.h"
#include "daemon/ctl/sync/target/signature.h"
#include "daemon/ctl/sync/target/webhook_address.h"
#include "daemon/ctl/sync/target/webhook_body.h"
#include "daemon/ctl/sync/target/webhook_target.h"

namespace audienced {
namespace {

using ::testing::HasSubstr;

// By `openssl dgst -sha256 -hmac KEY`.
TEST(SignatureTest, IsWhatOthersMake) {
  EXPECT_EQ(SignatureOf("0123456789abcdef", absl::FromUnixSeconds(1767225600),
                        "{\"changes\":[]}"),
            "t=1767225600,v1="
            "9b61bfb787e05186e5dacfbb0a3a2ba0b0ec44b05dd2ccc65a1201dad1963783");
}

TEST(WebhookAddressTest, IsTakenApart) {
  const auto address =
      ParseWebhookAddress("https://hooks.example.com:8443/a/b?c=d#e");
  ASSERT_TRUE(address.ok()) << address.status();
  EXPECT_EQ(address->origin, "https://hooks.example.com:8443");
  EXPECT_EQ(address->path, "/a/b?c=d");
  EXPECT_EQ(ParseWebhookAddress("HTTPS://example.com")->origin,
            "https://example.com");
  EXPECT_EQ(ParseWebhookAddress("https://example.com")->path, "/");
  EXPECT_EQ(ParseWebhookAddress("http://[::1]:80/x")->origin,
            "http://[::1]:80");
  EXPECT_TRUE(ParseWebhookAddress("http://127.0.0.1/").ok());
  EXPECT_TRUE(ParseWebhookAddress("http://localhost:1/").ok());
}

TEST(WebhookAddressTest, RefusesWhatIsNoneOrTellsToMany) {
  for (const char* text :
       {"https://", "https:///path", "https://a b/", "ftp://example.com",
        "https://example.com:123456/"}) {
    EXPECT_THAT(ParseWebhookAddress(text).status().message(),
                HasSubstr("is no address"))
        << text;
  }
  // Else it would be the name of a folder.
  EXPECT_TRUE(IsWebhookAddress("htps://example.com"));
  EXPECT_FALSE(IsWebhookAddress("carts"));
  EXPECT_THAT(ParseWebhookAddress("http://example.com/").status().message(),
              HasSubstr("wanted is https"));
  EXPECT_THAT(
      ParseWebhookAddress("http://localhost.example.com/").status().message(),
      HasSubstr("wanted is https"));
  const auto secret = ParseWebhookAddress("https://user:word@example.com/");
  EXPECT_THAT(secret.status().message(), HasSubstr("--headers-file"));
  EXPECT_THAT(secret.status().message(), testing::Not(HasSubstr("word@")));
}

TEST(RetryAfterTest, IsSecondsOrADate) {
  const std::string date = "Thu, 26 Nov 2026 01:00:00 GMT";
  EXPECT_EQ(RetryAfterOf("7", date), absl::Seconds(7));
  EXPECT_EQ(RetryAfterOf("Thu, 26 Nov 2026 01:02:00 GMT", date),
            absl::Minutes(2));
  EXPECT_EQ(RetryAfterOf("999999", date), absl::Hours(1));
  for (const char* text : {"", "-7", "soon", "Thu, 26 Nov 2026 00:59:00 GMT"}) {
    EXPECT_EQ(RetryAfterOf(text, date), absl::ZeroDuration()) << text;
  }
}

Delivery Told(v1::ChangeKind kind) {
  Delivery delivery;
  delivery.id = "s-1";
  delivery.change.set_kind(kind);
  delivery.change.set_audience("carts");
  delivery.change.set_profile("p1");
  delivery.change.set_idempotency_key("carts/p1/1");
  for (const auto& [name, value] :
       {std::pair("user_id", "u-7"), std::pair("email", "ann@example.com")}) {
    v1::Identifier& identifier = *delivery.change.add_identifiers();
    identifier.set_kind(name);
    identifier.set_value(value);
  }
  return delivery;
}

nlohmann::json BodyOf(WebhookShape shape, const Delivery& delivery) {
  const std::string body =
      WebhookBody(shape, absl::MakeConstSpan(&delivery, 1));
  return body.empty() ? nlohmann::json() : nlohmann::json::parse(body);
}

TEST(WebhookBodyTest, SaysWhatToAddAndToRemove) {
  Delivery delivery = Told(v1::CHANGE_KIND_ENTERED);
  *delivery.added.Add() = delivery.change.identifiers(1);
  const nlohmann::json body = BodyOf(WebhookShape::kAudienced, delivery);
  const nlohmann::json& change = body.at("changes").at(0);
  EXPECT_EQ(change.at("id"), "s-1");
  EXPECT_EQ(change.at("change").at("kind"), "CHANGE_KIND_ENTERED");
  EXPECT_EQ(change.at("added_identifiers").dump(),
            R"([{"kind":"email","value":"ann@example.com"}])");
  EXPECT_EQ(change.at("removed_identifiers").dump(), "[]");
}

TEST(WebhookBodyTest, SegmentHearsOfEntriesAndExits) {
  Delivery delivery = Told(v1::CHANGE_KIND_ENTERED);
  nlohmann::json call =
      BodyOf(WebhookShape::kSegment, delivery).at("batch").at(0);
  EXPECT_EQ(call.at("event"), "Audience Entered");
  EXPECT_EQ(call.at("userId"), "u-7");
  EXPECT_EQ(call.at("properties").at("carts"), true);
  EXPECT_EQ(call.at("properties").at("existing"), false);
  EXPECT_EQ(call.at("context").at("traits").at("email"), "ann@example.com");

  // Somebody else has the address still: it is not said to be gone.
  delivery = Told(v1::CHANGE_KIND_LEFT);
  *delivery.removed.Add() = delivery.change.identifiers(0);
  call = BodyOf(WebhookShape::kSegment, delivery).at("batch").at(0);
  EXPECT_EQ(call.at("event"), "Audience Exited");
  EXPECT_EQ(call.at("userId"), "u-7");
  EXPECT_EQ(call.at("properties").at("carts"), false);
  EXPECT_FALSE(call.at("context").contains("traits"));

  // Who was in before is to be told from who has just come.
  delivery = Told(v1::CHANGE_KIND_ENTERED);
  delivery.change.set_existing(true);
  call = BodyOf(WebhookShape::kSegment, delivery).at("batch").at(0);
  EXPECT_EQ(call.at("properties").at("existing"), true);
}

// Of a folder the state of whose sync is lost, or that two share.
TEST(FolderTargetTest, ReplacesNoFileThatNobodyMayHaveRead) {
  const std::string folder =
      testing::TempDir() + "/folder-" + std::to_string(getpid());
  const auto deliver = [&](const Delivery& delivery) {
    FormatOptions options;
    options.audience = "carts";
    auto format = MakeFormat("csv", options);
    EXPECT_TRUE(format.ok()) << format.status();
    auto target = FolderTarget::Open(folder, *std::move(format));
    EXPECT_TRUE(target.ok()) << target.status();
    DeliveryBatch batch;
    batch.first_file = 1;
    batch.deliveries = {delivery};
    const DeliveryResult result = (*target)->Deliver(batch);
    EXPECT_TRUE(result.status.ok()) << result.status;
    return result.files;
  };
  Delivery first = Told(v1::CHANGE_KIND_ENTERED);
  *first.added.Add() = first.change.identifiers(0);
  Delivery second = first;
  second.change.set_profile("p2");
  second.change.mutable_identifiers(0)->set_value("u-8");
  *second.added.Mutable(0) = second.change.identifiers(0);
  EXPECT_EQ(deliver(first), 1);
  EXPECT_EQ(deliver(first), 1) << "the same again, as after a crash";
  EXPECT_EQ(deliver(second), 2);
  const auto text = [&](const std::string& name) {
    std::ostringstream all;
    all << std::ifstream(folder + "/" + name).rdbuf();
    return all.str();
  };
  EXPECT_THAT(text("000001-add.csv"), HasSubstr("u-7"));
  EXPECT_THAT(text("000002-add.csv"), HasSubstr("u-8"));
  Delivery left = first;
  left.change.set_kind(v1::CHANGE_KIND_LEFT);
  left.removed.Swap(&left.added);
  EXPECT_EQ(deliver(left), 3);
  EXPECT_THAT(text("000003-remove.csv"), HasSubstr("u-7"));
  std::filesystem::remove_all(folder);
}

TEST(WebhookBodyTest, SegmentHearsOfAnAddressThatChanged) {
  Delivery delivery = Told(v1::CHANGE_KIND_UPDATED);
  EXPECT_TRUE(BodyOf(WebhookShape::kSegment, delivery).is_null());
  *delivery.added.Add() = delivery.change.identifiers(1);
  delivery.removed.Add()->set_kind("email");
  delivery.removed.Mutable(0)->set_value("old@example.com");
  const nlohmann::json calls =
      BodyOf(WebhookShape::kSegment, delivery).at("batch");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].at("event"), "Audience Exited");
  EXPECT_FALSE(calls[0].contains("userId"));
  EXPECT_EQ(calls[0].at("context").at("traits").at("email"), "old@example.com");
  EXPECT_EQ(calls[1].at("event"), "Audience Entered");
  EXPECT_EQ(calls[1].at("userId"), "u-7");
  EXPECT_NE(calls[0].at("messageId"), calls[1].at("messageId"));
}

}  // namespace
}  // namespace audienced
