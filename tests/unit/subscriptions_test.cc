#include "daemon/publish/subscriptions.h"

#include <gtest/gtest.h>

#include "daemon/pipeline/erasure_registry.h"

namespace audienced {
namespace {

SubscriptionRecord At(const std::string& name, int64_t first, int64_t second,
                      const std::string& database = "here") {
  SubscriptionRecord subscription;
  subscription.name = {"client", name};
  subscription.database_id = database;
  subscription.positions[0] = first;
  subscription.positions[1] = second;
  return subscription;
}

TEST(SubscriptionsTest, WhatAllHaveIsTheLeastOfThoseThatGoOn) {
  Subscriptions subscriptions;
  StreamPositions start{};
  EXPECT_EQ(subscriptions.Acknowledged("here", start), std::nullopt);
  subscriptions.Put(At("one", 9, 3));
  subscriptions.Put(At("two", 5, 7));
  subscriptions.Put(At("restored", 0, 0, "there"));
  EXPECT_EQ(subscriptions.Acknowledged("here", start), At("", 5, 3).positions);
  // From here on the log does not have what `one` waits for.
  start[1] = 4;
  EXPECT_EQ(subscriptions.Acknowledged("here", start), At("", 5, 7).positions);
  subscriptions.Remove({"client", "two"});
  EXPECT_EQ(subscriptions.Acknowledged("here", start), std::nullopt);
  EXPECT_EQ(subscriptions.size(), 2u);
}

TEST(SubscriptionsTest, APositionIsExpiredFromTheFirstMissingChangeOn) {
  StreamPositions start{};
  start[0] = 5;
  EXPECT_EQ(StateOf(At("", 5, 0), "here", start), SubscriptionState::kActive);
  EXPECT_EQ(StateOf(At("", 4, 9), "here", start), SubscriptionState::kExpired);
  EXPECT_EQ(StateOf(At("", 5, 0), "there", start), SubscriptionState::kForeign);
}

TEST(SubscriptionsTest, ExitsAreForgottenOnceAllHaveThem) {
  const absl::Time end = absl::FromUnixSeconds(1'000'000);
  ErasureRegistry erasures;
  ErasureRecord erasure;
  erasure.profile = ProfileId{7};
  erasure.stream = 1;
  erasure.exits_kept_until = end;
  erasure.exits_through = 4;
  erasures.Add(erasure, end - absl::Hours(1));
  erasures.Acknowledge(At("", 9, 3).positions);
  EXPECT_EQ(erasures.NextForgetting(), end);
  erasures.Acknowledge(At("", 0, 4).positions);
  EXPECT_EQ(erasures.NextForgetting(), absl::InfinitePast());
  EXPECT_EQ(erasures.TakeForgotten(end - absl::Hours(1)),
            std::vector<ProfileId>{ProfileId{7}});
  EXPECT_EQ(erasures.NextForgetting(), absl::InfiniteFuture());
}

}  // namespace
}  // namespace audienced
