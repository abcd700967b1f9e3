// Which identifiers name somebody, and how many one profile may have.

#include <gtest/gtest.h>

#include "daemon/ingest/identity/blocked_identifiers.h"
#include "daemon/ingest/identity/identifier_limits.h"
#include "daemon/ingest/identity/large_profile.h"

namespace audienced {
namespace {

TEST(BlockedIdentifiers, ValuesThatNameNobody) {
  const BlockedIdentifiers blocked;
  for (const char* value :
       {"0", "000", "-", "-1", "00000000-0000-0000-0000-000000000000", "null",
        "NULL", " null ", "\tNone\n", "anonymous", "Guest", "undefined", "NaN",
        "id", "distinct_id", "[object Object]", "   "}) {
    EXPECT_TRUE(blocked.Contains(value)) << '"' << value << '"';
  }
}

TEST(BlockedIdentifiers, ValuesThatNameSomebody) {
  const BlockedIdentifiers blocked;
  for (const char* value :
       {"1", "01", "-2", "0x0", "nullus", "anonymous2", "guest@example.com",
        "00000000-0000-0000-0000-000000000001", "u-0", "ida", "nul",
        "a value longer than any of the blocked ones"}) {
    EXPECT_FALSE(blocked.Contains(value)) << '"' << value << '"';
  }
}

TEST(BlockedIdentifiers, OwnOnesAreAdded) {
  const BlockedIdentifiers blocked({" Tester@Example.com "});
  EXPECT_TRUE(blocked.Contains("tester@EXAMPLE.com"));
  EXPECT_TRUE(blocked.Contains("null"));
  EXPECT_FALSE(blocked.Contains("tester"));
}

TEST(BlockedIdentifiers, AreTakenOutByKind) {
  std::vector<Identifier> identifiers = {{"user_id", "u-1"},
                                         {"email", "null"},
                                         {"phone", "0"},
                                         {"profile", "0"},
                                         {"anonymous_id", "a-1"}};
  EXPECT_EQ(BlockedIdentifiers().TakeOut(identifiers),
            std::vector<std::string>({"email", "phone"}));
  EXPECT_EQ(identifiers, std::vector<Identifier>({{"user_id", "u-1"},
                                                  {"profile", "0"},
                                                  {"anonymous_id", "a-1"}}))
      << "a file may number its people from 0";
}

std::vector<Identifier> Many(const std::string& kind, int count) {
  std::vector<Identifier> identifiers;
  for (int i = 0; i < count; ++i) {
    identifiers.push_back({kind, std::to_string(i)});
  }
  return identifiers;
}

TEST(IdentifierLimits, OneMoreUpToTheLimit) {
  const IdentifierLimits limits;
  EXPECT_TRUE(limits.AllowOneMore({}, "user_id"));
  EXPECT_FALSE(limits.AllowOneMore(Many("user_id", 1), "user_id"));
  EXPECT_TRUE(limits.AllowOneMore(Many("user_id", 1), "email"));
  EXPECT_TRUE(limits.AllowOneMore(Many("email", 4), "email"));
  EXPECT_FALSE(limits.AllowOneMore(Many("email", 5), "email"));
  EXPECT_TRUE(limits.AllowOneMore(Many("anonymous_id", 49), "anonymous_id"));
  EXPECT_FALSE(limits.AllowOneMore(Many("anonymous_id", 50), "anonymous_id"));
}

TEST(IdentifierLimits, TogetherUpToTheLimit) {
  const IdentifierLimits limits;
  EXPECT_TRUE(limits.AllowTogether(Many("email", 2), Many("email", 3)));
  EXPECT_FALSE(limits.AllowTogether(Many("email", 3), Many("email", 3)));
  EXPECT_TRUE(limits.AllowTogether(Many("email", 5), Many("user_id", 1)));
  EXPECT_FALSE(limits.AllowTogether(Many("user_id", 1), Many("user_id", 1)));
}

TEST(IdentifierLimits, OwnOnesGoBeforeTheDefaults) {
  const IdentifierLimits limits({{"email", 1}, {"loyalty", 2}}, 3);
  EXPECT_EQ(limits.Of("email"), 1);
  EXPECT_EQ(limits.Of("loyalty"), 2);
  EXPECT_EQ(limits.Of("user_id"), 1) << "as by default";
  EXPECT_EQ(limits.Of("anonymous_id"), 3);
}

TEST(LargeProfileFlag, IsThatOfTheEventThatWasOneTooMany) {
  Event over;
  over.occurred_at = absl::FromUnixSeconds(1'000);
  over.received_at = absl::FromUnixSeconds(2'000);
  over.event_id = "e-1";
  over.properties.Set("session_id", Value("s-1"));
  const Event flag = LargeProfileFlag(over);
  EXPECT_EQ(flag.name, "$flagged");
  EXPECT_EQ(flag.origin, "audienced");
  EXPECT_EQ(flag.occurred_at, over.occurred_at);
  EXPECT_EQ(flag.received_at, over.received_at);
  EXPECT_EQ(*flag.properties.Find("session_id"), Value("s-1"));
  ASSERT_NE(flag.traits.Find("$large"), nullptr);
  EXPECT_EQ(*flag.traits.Find("$large"), Value(true));
  EXPECT_EQ(flag.event_id, LargeProfileFlag(Event()).event_id);
}

}  // namespace
}  // namespace audienced
