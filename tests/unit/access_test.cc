#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "daemon/access/call_limiter.h"
#include "daemon/access/caller.h"
#include "daemon/access/client_registry.h"
#include "daemon/access/token.h"
#include "daemon/ingest/error_reason.h"

namespace audienced {
namespace {

TEST(AccessTest, PatternsMatchWholeNames) {
  struct Case {
    const char* pattern;
    const char* name;
    bool matches;
  };
  const Case cases[] = {
      {"*", "cart-abandoners", true},
      {"*", "", true},
      {"", "", true},
      {"", "a", false},
      {"cart-*", "cart-abandoners", true},
      {"cart-*", "cart-", true},
      {"cart-*", "cart", false},
      {"cart-*", "my-cart-abandoners", false},
      {"*-leads", "ebook-leads", true},
      {"*-leads", "ebook-leads-2", false},
      {"a*b*c", "a-b-b-c", true},
      {"a*b*c", "a-c-b", false},
      {"a**c", "abc", true},
      {"cart", "cart", true},
      {"cart", "carts", false},
      {"Cart", "cart", false},
      {"c.rt", "cart", false},
      {"*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(MatchesPattern(each.pattern, each.name), each.matches)
        << each.pattern << " " << each.name;
  }
}

TEST(AccessTest, AdminImpliesEverything) {
  const Caller admin("admin", Rights{{v1::SCOPE_ADMIN}, {}, {}});
  EXPECT_TRUE(admin.Has(v1::SCOPE_ERASE));
  EXPECT_TRUE(admin.MaySee("any"));
  EXPECT_EQ(admin.identifiers(), v1::IDENTIFIER_VISIBILITY_PLAIN);
  const Caller mailer("mailer", Rights{{v1::SCOPE_AUDIENCES},
                                       {"cart-*", "ebook-leads"},
                                       v1::IDENTIFIER_VISIBILITY_HASHED});
  EXPECT_TRUE(mailer.Has(v1::SCOPE_AUDIENCES));
  EXPECT_FALSE(mailer.Has(v1::SCOPE_ADMIN));
  EXPECT_TRUE(mailer.MaySee("ebook-leads"));
  EXPECT_FALSE(mailer.MaySee("viewed-not-carted"));
  EXPECT_EQ(mailer.identifiers(), v1::IDENTIFIER_VISIBILITY_HASHED);
  const Caller nobody("nobody", Rights());
  EXPECT_FALSE(nobody.MaySee("any"));
}

TEST(AccessTest, ScopesHaveTheirNames) {
  for (const v1::Scope scope :
       {v1::SCOPE_AUDIENCES, v1::SCOPE_INGEST, v1::SCOPE_RULES,
        v1::SCOPE_PROFILES, v1::SCOPE_ERASE, v1::SCOPE_ADMIN}) {
    EXPECT_EQ(ParseScopeName(ScopeName(scope)), scope);
  }
  EXPECT_EQ(ScopeName(v1::SCOPE_AUDIENCES), "audiences");
  EXPECT_EQ(ParseScopeName("unspecified"), std::nullopt);
  EXPECT_EQ(ParseScopeName("everything"), std::nullopt);
  EXPECT_EQ(ParseVisibilityName("hashed"), v1::IDENTIFIER_VISIBILITY_HASHED);
  EXPECT_EQ(ParseVisibilityName("unspecified"), std::nullopt);
}

TEST(AccessTest, TokensAreLongAndAllDifferent) {
  const std::string id = NewTokenId();
  const std::string token = NewToken(id);
  EXPECT_EQ(token.size(), 4 + 10 + 1 + 43U);
  EXPECT_EQ(TokenIdOf(token), id);
  EXPECT_NE(NewTokenId(), id);
  EXPECT_NE(NewToken(id), token);
  EXPECT_TRUE(IsTokenOf(token, Sha256(token)));
  EXPECT_FALSE(IsTokenOf(NewToken(id), Sha256(token)));
  for (const std::string& text :
       {std::string(), std::string("aud_"), token + "x", token.substr(1),
        "AUD" + token.substr(3), "aud-" + token.substr(4)}) {
    EXPECT_EQ(TokenIdOf(text), std::nullopt) << text;
  }
}

using Ticks = CallLimiter::Ticks;
using std::chrono::milliseconds;

TEST(AccessTest, AClientMakesSoManyCallsASecond) {
  CallLimiter limiter({.requests_per_second = 10});
  const Ticks::time_point start = Ticks::now();
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.Begin(start).ok());
  const absl::Status refused = limiter.Begin(start);
  EXPECT_EQ(ReasonOf(refused), v1::ERROR_REASON_RATE_LIMITED);
  EXPECT_EQ(RetryDelayOf(refused), absl::Milliseconds(100));
  EXPECT_FALSE(limiter.Begin(start + milliseconds(99)).ok());
  EXPECT_TRUE(limiter.Begin(start + milliseconds(101)).ok());
  EXPECT_FALSE(limiter.Begin(start + milliseconds(102)).ok());
  // However long it was silent, not more than those of a second.
  const Ticks::time_point later = start + std::chrono::hours(1);
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(limiter.Begin(later).ok());
  EXPECT_FALSE(limiter.Begin(later).ok());
}

TEST(AccessTest, AClientHasSoManyCallsAtOnce) {
  CallLimiter limiter({.concurrent_calls = 2});
  EXPECT_TRUE(limiter.Begin(Ticks::now()).ok());
  EXPECT_TRUE(limiter.Begin(Ticks::now()).ok());
  EXPECT_EQ(ReasonOf(limiter.Begin(Ticks::now())),
            v1::ERROR_REASON_TOO_MANY_CALLS);
  limiter.End();
  EXPECT_TRUE(limiter.Begin(Ticks::now()).ok());
}

TEST(AccessTest, WithoutLimitsThereAreNone) {
  CallLimiter limiter({});
  const Ticks::time_point now = Ticks::now();
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE(limiter.Begin(now).ok());
}

TokenRecord Record(const std::string& client, const std::string& text) {
  TokenRecord record;
  record.id = *TokenIdOf(text);
  record.client = client;
  record.digest = Sha256(text);
  record.scopes = {"audiences", "a scope of a later version"};
  record.audience_patterns = {"*"};
  record.identifiers = "plain";
  record.created_at = absl::FromUnixSeconds(1000);
  record.expires_at = absl::FromUnixSeconds(2000);
  return record;
}

TEST(AccessTest, ARegistryKnowsItsTokensAndWhatBecameOfThem) {
  ClientRegistry clients({.concurrent_calls = 1});
  const std::string first = NewToken(NewTokenId());
  const std::string second = NewToken(NewTokenId());
  clients.Add(Record("mailer", first));
  clients.Add(Record("mailer", second));
  const auto found = clients.FindByToken(first);
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->caller().name(), "mailer");
  EXPECT_TRUE((*found)->caller().Has(v1::SCOPE_AUDIENCES));
  EXPECT_FALSE((*found)->caller().Has(v1::SCOPE_RULES));
  EXPECT_EQ(ReasonOf(clients.FindByToken(NewToken(*TokenIdOf(first))).status()),
            v1::ERROR_REASON_INVALID_TOKEN);
  EXPECT_EQ(clients.List().size(), 2U);

  // Up to the instant at which it expires, not included.
  const absl::Time end = absl::FromUnixSeconds(2000);
  EXPECT_TRUE((*found)->Check(end - absl::Microseconds(1)).ok());
  EXPECT_EQ(ReasonOf((*found)->Check(end)), v1::ERROR_REASON_TOKEN_EXPIRED);
  clients.Revoke(*TokenIdOf(first), absl::FromUnixSeconds(1500));
  EXPECT_EQ(ReasonOf((*found)->Check(absl::FromUnixSeconds(1500))),
            v1::ERROR_REASON_TOKEN_REVOKED);
  EXPECT_EQ((*found)->revoked_at(), absl::FromUnixSeconds(1500));
  const auto other = clients.FindByToken(second);
  EXPECT_TRUE((*other)->Check(absl::FromUnixSeconds(1500)).ok());

  // One limit for all tokens of a client.
  EXPECT_TRUE((*found)->limiter().Begin(Ticks::now()).ok());
  EXPECT_FALSE((*other)->limiter().Begin(Ticks::now()).ok());
}

TEST(AccessTest, ACertificateIsThatOfTheLastClientWithItsName) {
  ClientRegistry clients({});
  TokenRecord record = Record("old", NewToken(NewTokenId()));
  record.digest.reset();
  record.certificate_name = "mailer.example.com";
  clients.Add(record);
  const std::string old = record.id;
  record.id = NewTokenId();
  record.client = "new";
  record.created_at += absl::Seconds(1);
  clients.Add(record);
  const auto found =
      clients.FindByCertificate({"x", "mailer.example.com", "y"});
  ASSERT_TRUE(found.ok());
  EXPECT_EQ((*found)->caller().name(), "new");
  EXPECT_EQ(ReasonOf(clients.FindByCertificate({"mailer"}).status()),
            v1::ERROR_REASON_UNKNOWN_CERTIFICATE);
  EXPECT_EQ(ReasonOf(clients.FindByCertificate({}).status()),
            v1::ERROR_REASON_UNKNOWN_CERTIFICATE);
  // Its id is no token.
  const std::string guess = "aud_" + old + "_" + std::string(43, 'A');
  EXPECT_EQ(ReasonOf(clients.FindByToken(guess).status()),
            v1::ERROR_REASON_INVALID_TOKEN);
}

}  // namespace
}  // namespace audienced
