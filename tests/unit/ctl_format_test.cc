// What audiencectl prints of the daemon's answers.

#include <gtest/gtest.h>

#include <string>

#include "audienced/v1/audience_service.pb.h"
#include "daemon/ctl/client/call_failure.h"
#include "daemon/ctl/client/connection.h"
#include "daemon/ctl/client/profile_name.h"
#include "daemon/ctl/import/import_progress.h"
#include "daemon/ctl/text/change_text.h"
#include "daemon/ctl/text/explanation_text.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/message_json.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "google/protobuf/text_format.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace audienced {
namespace {

template <typename Message>
Message Parse(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message));
  return message;
}

TEST(Printable, ControlCharactersDoNotReachTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[31mb\nc\x7f"), "a?[31mb?c?");
  EXPECT_EQ(Printable("x\xC2\x9By"), "x?y");  // U+009B starts sequences too
  EXPECT_EQ(Printable("Škoda ✔ \xC2\xA0"), "Škoda ✔ \xC2\xA0");
}

TEST(Printable, CutsBetweenCharacters) {
  EXPECT_EQ(Cut("äöü", 3), "äöü");
  EXPECT_EQ(Cut("äöüßabc", 6), "äöü...");
  EXPECT_EQ(WidthOf("äöü"), 3u);
}

TEST(Printable, GroupsDigits) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(1000), "1,000");
  EXPECT_EQ(Grouped(-1234567), "-1,234,567");
  EXPECT_EQ(Grouped(-123), "-123");
}

TEST(TextTable, TitlesOnceAndColumnsAsWideAsTheWidestCell) {
  TextTable table({{"WHO"}, {"N", TextTable::Align::kRight}, {"REST"}});
  table.Add({"änn", "7", "x"});
  table.Add({"bo", "1,000", ""});
  EXPECT_EQ(table.Take(),
            "WHO      N  REST\n"
            "änn      7  x\n"
            "bo   1,000\n");
  table.Add({"cy", "1", "z"});
  EXPECT_EQ(table.Take(), "cy       1  z\n");
}

constexpr char kAnn[] = R"pb(
  audience: "carts"
  profile: "p1"
  episode: 2
  identifiers { kind: "anonymous_id" value: "a-1" }
  identifiers { kind: "email" value: "ann@example.com" }
  identifiers { kind: "user_id" value: "u-7" }
  entered_time { seconds: 1772362800 nanos: 5000 }
  context {
    items { item_id: "ignored" }
    cart { item_id: "boot" item_name: "Fell Boot" quantity: "2" }
    cart { item_id: "sock" quantity: "1" }
    value { currency: "GBP" amount: "157.9" }
    value { amount: "3" }
  })pb";

TEST(Member, CellsNameWhomToAddress) {
  const auto member = Parse<v1::Member>(kAnn);
  EXPECT_EQ(MemberCells(member),
            (std::vector<std::string>{"user_id:u-7 email:ann@example.com",
                                      "2026-03-01T11:00:00Z", "2",
                                      "2 x Fell Boot, sock", "157.9 GBP, 3"}));
  EXPECT_EQ(HeaviestValue(member.identifiers(), "p1"), "u-7");
}

TEST(Member, AnIdOfADeviceIsToldWhereThereIsNothingElse) {
  auto member = Parse<v1::Member>(R"pb(
    profile: "p1"
    identifiers { kind: "anonymous_id" value: "a-1" })pb");
  EXPECT_EQ(WhoText(member.identifiers(), "p1"), "anonymous_id:a-1");
  member.clear_identifiers();
  EXPECT_EQ(WhoText(member.identifiers(), "p1"), "p1");
  EXPECT_EQ(HeaviestValue(member.identifiers(), "p1"), "p1");
}

TEST(Member, JsonHasTheNamesOfTheProto) {
  EXPECT_EQ(MessageJson(Parse<v1::Member>(R"pb(audience: "carts"
                                               idempotency_key: "k"
                                               existing: true)pb")),
            R"({"audience":"carts","episode":0,"idempotency_key":"k",)"
            R"("existing":true,"rule_version":0})");
}

TEST(Member, JsonHasIntegersAsNumbers) {
  const std::string json = MessageJson(Parse<v1::Member>(R"pb(
    episode: 9007199254740993
    commit_time { seconds: 1772362800 }
    context {
      traits {
        name: "size"
        value { number_value: 1.5 }
      }
    })pb"));
  EXPECT_EQ(json, R"({"episode":9007199254740993,)"
                  R"("commit_time":"2026-03-01T11:00:00Z","rule_version":0,)"
                  R"("context":{"traits":[{"name":"size","value":1.5}]}})");
}

TEST(Change, IsOneLine) {
  const auto change = Parse<v1::MembershipChange>(R"pb(
    kind: CHANGE_KIND_LEFT
    cause: CAUSE_LATE_EVENT
    audience: "carts"
    profile: "p1"
    identifiers { kind: "user_id" value: "u\n7" }
    commit_time { seconds: 1772362801 }
    effective_time { seconds: 1772362800 })pb");
  EXPECT_EQ(ChangeText(change, Color::kNever),
            "2026-03-01T11:00:01Z  left     carts  user_id:u?7  "
            "cause late_event, effective 2026-03-01T11:00:00Z");
  EXPECT_NE(ChangeText(change, Color::kAlways).find("\x1b[31mleft"),
            std::string::npos);
}

TEST(Change, AKindOfALaterVersionIsANumber) {
  v1::MembershipChange change;
  change.set_kind(static_cast<v1::ChangeKind>(77));
  change.set_cause(static_cast<v1::Cause>(78));
  const std::string line = ChangeText(change, Color::kNever);
  EXPECT_NE(line.find("77"), std::string::npos);
  EXPECT_NE(line.find("cause 78"), std::string::npos);
}

constexpr char kExplanation[] = R"pb(
  evaluated_through_time { seconds: 1772362800 }
  explanation {
    audience: "carts"
    profile: "p1"
    holds: true
    rule_version: 3
    changed_by: "buying would take the profile out"
    identifiers { kind: "user_id" value: "u-7" }
    since_time { seconds: 1772359200 }
    until_time { seconds: 1772618400 }
    conditions {
      condition: "all"
      text: "all of it"
      holds: true
      file: "shop.yaml"
      line: 9
      conditions {
        condition: "did"
        text: "did carted"
        holds: true
        since_time { seconds: 1772359200 }
        evidence {
          event: "add_to_cart"
          event_id: "e1"
          item_ids: "boot"
          occurred_time { seconds: 1772359200 nanos: 500000 }
        }
        evidence_count: 4
        evidence_values: "boot"
        changed_by: "an event of\n'x' would end it"
      }
      conditions { condition: "did" text: "did purchased" }
    }
    conditions { condition: "consent" text: "consent for mail" holds: true }
  })pb";

TEST(Explanation, IsATreeWithEvidence) {
  EXPECT_EQ(
      ExplanationText(Parse<v1::ExplainMembershipResponse>(kExplanation), {}),
      "user_id:u-7 is in carts\n"
      "  at 2026-03-01T11:00:00Z, by version 3 of the rules\n"
      "  since 2026-03-01T10:00:00Z\n"
      "  until 2026-03-04T10:00:00Z, if nothing more happens\n"
      "  buying would take the profile out\n"
      "\n"
      "[yes] all  shop.yaml:9\n"
      "    [yes] did carted\n"
      "          since 2026-03-01T10:00:00Z\n"
      "          ... and 3 before\n"
      "          2026-03-01T10:00:00.0005Z  add_to_cart  boot\n"
      "          for boot\n"
      "          an event of?'x' would end it\n"
      "    [no]  did purchased\n"
      "[yes] consent for mail\n");
}

TEST(Explanation, MarksAreSignsWhereTheTerminalHasThem) {
  const std::string text =
      ExplanationText(Parse<v1::ExplainMembershipResponse>(kExplanation),
                      {Color::kNever, /*utf8=*/true});
  EXPECT_NE(text.find("✔ all"), std::string::npos);
  EXPECT_NE(text.find("    ✘ did purchased"), std::string::npos);
  EXPECT_EQ(text.find("[yes]"), std::string::npos);
}

TEST(Explanation, OfThePastIsOverByWhateverEndedIt) {
  ExplanationStyle style;
  style.now = Instant{1'772'618'400'000'000};  // when it ends
  const std::string text = ExplanationText(
      Parse<v1::ExplainMembershipResponse>(kExplanation), style);
  EXPECT_NE(text.find("  until 2026-03-04T10:00:00Z\n"), std::string::npos)
      << text;
}

TEST(Explanation, SaysWhyNothingIsPublished) {
  auto response = Parse<v1::ExplainMembershipResponse>(kExplanation);
  response.mutable_explanation()->clear_until_time();
  response.mutable_explanation()->set_held_out(true);
  const std::string text = ExplanationText(response, {});
  EXPECT_NE(text.find("does not change by itself"), std::string::npos);
  EXPECT_NE(text.find("not published: the profile is in the control share"),
            std::string::npos);
}

grpc::Status DaemonStatus(grpc::StatusCode code, const std::string& reason,
                          int64_t retry_millis) {
  google::rpc::Status status;
  google::rpc::ErrorInfo info;
  info.set_reason(reason);
  status.add_details()->PackFrom(info);
  if (retry_millis > 0) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_nanos(
        static_cast<int32_t>(retry_millis * 1'000'000));
    status.add_details()->PackFrom(retry);
  }
  return grpc::Status(code, "the message", status.SerializeAsString());
}

TEST(Failure, TellsTheDaemonsWords) {
  const CallFailure failure = FailureOf(
      DaemonStatus(grpc::StatusCode::RESOURCE_EXHAUSTED, "OVERLOADED", 200));
  EXPECT_EQ(FailureText(failure, "there:1"),
            "the message; try again in 200ms [OVERLOADED]");
  EXPECT_TRUE(IsTransient(failure));
  EXPECT_FALSE(IsTransient(FailureOf(
      DaemonStatus(grpc::StatusCode::OUT_OF_RANGE, "CURSOR_EXPIRED", 0))));
}

TEST(Failure, TellsThatNobodyIsThere) {
  const CallFailure failure = FailureOf(grpc::Status(
      grpc::StatusCode::UNAVAILABLE,
      "failed to connect to all addresses; last error: UNKNOWN: "
      "ipv4:127.0.0.1:1: Failed to connect to remote host: Connection "
      "refused"));
  EXPECT_EQ(FailureText(failure, "127.0.0.1:1"),
            "cannot reach 127.0.0.1:1: Connection refused");
  EXPECT_TRUE(IsTransient(failure));
}

TEST(Failure, AMessageThatIsTooLargeStaysSo) {
  EXPECT_FALSE(IsTransient(FailureOf(
      grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "larger than max"))));
}

TEST(Failure, WaitsLongerEachTimeAndAsLongAsAsked) {
  CallFailure failure;
  EXPECT_EQ(RetryDelay(failure, 1, 0), absl::Milliseconds(200));
  EXPECT_EQ(RetryDelay(failure, 3, 0), absl::Milliseconds(800));
  EXPECT_EQ(RetryDelay(failure, 1000, 0), absl::Seconds(5));
  EXPECT_EQ(RetryDelay(failure, 1, 0.5), absl::Milliseconds(250));
  failure.retry_delay = absl::Seconds(1);
  EXPECT_EQ(RetryDelay(failure, 1, 0), absl::Seconds(1));
  failure.retry_delay = absl::Seconds(60);
  EXPECT_EQ(RetryDelay(failure, 5, 0), absl::Seconds(60));
}

TEST(Server, NeedsAPortOrAFile) {
  for (const char* server : {"127.0.0.1:8450", "[::1]:8450", "localhost:1",
                             "unix:/run/audienced.sock"}) {
    EXPECT_TRUE(CheckServer(server).ok()) << server;
  }
  for (const char* server :
       {"", "127.0.0.1", ":8450", "localhost:", "localhost:http", "unix:"}) {
    EXPECT_FALSE(CheckServer(server).ok()) << server;
  }
}

TEST(ProfileName, MayBeAnyKnownKind) {
  const auto bare = MeaningsOf("u-7");
  ASSERT_EQ(bare.size(), 7u);
  EXPECT_EQ(bare.front().identifier().kind(), "user_id");
  EXPECT_EQ(bare.back().profile(), "u-7");
  const auto named = MeaningsOf("crm:u-7");
  ASSERT_EQ(named.size(), 8u);
  EXPECT_EQ(named.front().identifier().kind(), "crm");
  EXPECT_EQ(named.front().identifier().value(), "u-7");
  EXPECT_EQ(MeaningsOf("Not a kind:7").size(), 7u);
  EXPECT_EQ(MeaningsOf("kind:").size(), 7u);
}

TEST(ImportProgress, TellsEventsRateAndShare) {
  EXPECT_EQ(ImportProgressText("shop.jsonl", 123456, absl::Seconds(3), 43, 100),
            "shop.jsonl: 123,456 events, 41,152/s, 43 %");
  EXPECT_EQ(ImportProgressText("pipe", 5, absl::ZeroDuration(), 43, 0),
            "pipe: 5 events, 5/s");
}

TEST(ImportProgress, SummaryCountsEveryOutcome) {
  EXPECT_EQ(ImportSummaryText("shop.jsonl", {1000, 1, 2, 1},
                              absl::Milliseconds(2006)),
            "shop.jsonl: 1,000 stored, 1 duplicate, 2 refused, 1 line rejected "
            "in 2.0 s (500 events/s)");
}

}  // namespace
}  // namespace audienced
