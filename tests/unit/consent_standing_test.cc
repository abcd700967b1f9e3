#include "rules/engine/consent_standing.h"

#include <gtest/gtest.h>

#include "tests/unit/loading.h"

namespace audienced {
namespace {

constexpr char kRules[] = R"(version: 1
timezone: UTC
conversions: { bought: { kind: macro, event: purchase } }
consents: { sms: granted, email: denied }
audiences: { any: { who: { did: bought }, consent: [email] } }
)";

Instant At(int64_t second) { return Instant{second * 1'000'000}; }

// In the order of the file: 0 is sms, 1 email.
ConsentChange Told(int64_t second, uint32_t purpose, bool granted) {
  return {At(second), purpose, granted};
}

TEST(ConsentStandingTest, TheDefaultHoldsUntilSomethingIsTold) {
  const auto rulebook = CompiledRulebook::Compile(Load(kRules).rulebook);
  const std::vector<ConsentChange> changes = {
      Told(10, 1, true), Told(20, 0, false), Told(30, 1, false)};
  using Standings = std::vector<ConsentStanding>;
  EXPECT_EQ(ConsentsAt(*rulebook, changes, At(9)),
            (Standings{{"email", false}, {"sms", true}}));
  EXPECT_EQ(ConsentsAt(*rulebook, changes, At(10)),
            (Standings{{"email", true, At(10)}, {"sms", true}}));
  EXPECT_EQ(ConsentsAt(*rulebook, changes, At(30)),
            (Standings{{"email", false, At(30)}, {"sms", false, At(20)}}));
}

TEST(ConsentStandingTest, WhatIsKeptTellsTheSameFromThenOn) {
  const auto rulebook = CompiledRulebook::Compile(Load(kRules).rulebook);
  const std::vector<ConsentChange> changes = {
      Told(10, 1, true), Told(20, 0, false), Told(20, 1, false),
      Told(25, 1, true), Told(30, 1, false)};
  const std::vector<ConsentChange> kept = LastConsents(changes, At(25));
  EXPECT_EQ(kept.size(), 3u) << "one of each purpose, and the one to come";
  for (const int64_t second : {25, 29, 30, 31}) {
    EXPECT_EQ(ConsentsAt(*rulebook, kept, At(second)),
              ConsentsAt(*rulebook, changes, At(second)));
  }
}

}  // namespace
}  // namespace audienced
