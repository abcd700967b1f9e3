// Who follows the changes, and what is removed of them.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

StreamPositions At(int64_t first, int64_t second) {
  StreamPositions positions{};
  positions[0] = first;
  positions[1] = second;
  return positions;
}

// Changes 1 to `count` of a stream, one a second from `begin` on.
void AddChanges(int stream, int64_t count, int64_t begin, CommitBatch& batch) {
  for (int64_t i = 1; i <= count; ++i) {
    ChangeRecord change = SampleChange(stream, i, batch.commit_number);
    change.commit_time = SampleTime((begin + i) * 1'000'000);
    batch.changes.push_back(std::move(change));
  }
  batch.heads[stream] = count;
}

class SubscriptionTest : public StoreTest {
 protected:
  static std::vector<SubscriptionRecord> Load(Store& store) {
    std::vector<SubscriptionRecord> all;
    EXPECT_TRUE(store
                    .LoadSubscriptions([&](SubscriptionRecord each) {
                      all.push_back(std::move(each));
                    })
                    .ok());
    return all;
  }
};

TEST_F(SubscriptionTest, IsWrittenMovedAndDeleted) {
  SubscriptionRecord subscription;
  subscription.name = {"mailer", "it's \"one\""};
  subscription.audiences = {"a\\b", "cart"};
  subscription.database_id = "6f9619ff-8b86-d011-b42d-00cf4fc964ff";
  subscription.positions = At(3, int64_t{1} << 60);
  subscription.created_at = SampleTime(1);
  subscription.acknowledged_at = SampleTime(2);
  CommitBatch batch = SampleBatch(1);
  batch.subscriptions = {subscription};
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(batch).ok());
  std::vector<SubscriptionRecord> all = Load(*store);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].name, subscription.name);
  EXPECT_EQ(all[0].audiences, subscription.audiences);
  EXPECT_EQ(all[0].database_id, subscription.database_id);
  EXPECT_EQ(all[0].positions, subscription.positions);
  EXPECT_EQ(all[0].created_at, SampleTime(1));
  EXPECT_EQ(all[0].acknowledged_at, SampleTime(2));

  batch = SampleBatch(2);
  subscription.positions = At(4, 5);
  subscription.acknowledged_at = SampleTime(9);
  batch.subscriptions = {subscription};
  ASSERT_TRUE(store->Commit(batch).ok());
  all = Load(*store);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].positions, At(4, 5));
  EXPECT_EQ(all[0].created_at, SampleTime(1));
  EXPECT_EQ(all[0].acknowledged_at, SampleTime(9));

  batch = SampleBatch(3);
  batch.deleted_subscriptions = {{"mailer", "another"}, subscription.name};
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_THAT(Load(*store), IsEmpty());
}

TEST_F(SubscriptionTest, WhatIsHeldIsKeptUpToTheBound) {
  CommitBatch batch = SampleBatch(1);
  AddChanges(0, 10, 0, batch);  // at 1 s to 10 s
  AddChanges(1, 3, 4, batch);   // at 5 s to 7 s
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(batch).ok());
  const auto second = [](int64_t n) { return SampleTime(n * 1'000'000); };
  const auto find = [&](const StreamPositions& held, int64_t kept,
                        int64_t held_from, int limit = 64'000) {
    return store
        ->FindRemovableChanges(held, second(kept), second(held_from), limit)
        .value();
  };
  // Nobody waits: by time alone, the instant itself not included.
  RemovableChanges found = find(At(100, 100), 6, 0);
  EXPECT_EQ(found.through, At(5, 1));
  EXPECT_EQ(found.oldest_left_at, second(6));
  EXPECT_EQ(found.oldest_unheld_at, second(6));
  // Someone has acknowledged the first two of the first stream.
  found = find(At(2, 100), 6, 0);
  EXPECT_EQ(found.through, At(2, 1));
  EXPECT_EQ(found.oldest_left_at, second(3));
  EXPECT_EQ(found.oldest_unheld_at, second(6));
  // For whom nothing is kept that is older than 5 s.
  EXPECT_EQ(find(At(2, 100), 6, 5).through, At(4, 1));
  // All of it; and no more at once than is asked for.
  found = find(At(100, 100), 100, 0);
  EXPECT_EQ(found.through, At(10, 3));
  EXPECT_EQ(found.oldest_left_at, absl::InfiniteFuture());
  EXPECT_EQ(find(At(100, 100), 100, 0, 2 * kStreamCount).through, At(2, 2));
  EXPECT_EQ(store->FirstChangeAfter(At(4, 2)).value(), second(5));
  EXPECT_EQ(store->FirstChangeAfter(At(10, 3)).value(), std::nullopt);
}

// With the entry goes the stay before it; the last one of all numbers the next
// episode, so it stays.
TEST_F(SubscriptionTest, OldChangesGoWithTheStaysBeforeThem) {
  CommitBatch batch = SampleBatch(1);
  AddChanges(3, 4, 0, batch);
  for (const int64_t exit : {2, 4}) {
    batch.changes[exit - 1].change.kind = ChangeKind::kLeft;
  }
  StayRecord first = SampleStay(1, 1);
  first.left_sequence = 2;
  StayRecord second = SampleStay(1, 3);
  second.left_sequence = 4;
  batch.stays = {first, second};
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(batch).ok());
  const auto remove = [&](int64_t number, int64_t from, int64_t to) {
    CommitBatch removal = SampleBatch(number);
    removal.heads = batch.heads;
    StreamPositions before{};
    StreamPositions after{};
    before[3] = from;
    after[3] = to;
    removal.removed_changes = {before, after};
    ASSERT_TRUE(store->Commit(removal).ok());
    EXPECT_EQ(store->LogStart(), after);
    EXPECT_EQ(store->LoadInstance()->log_start, after);
  };
  const char* const kStays =
      "SELECT string_agg(entered_sequence::text, ' ' ORDER BY "
      "entered_sequence) FROM audienced.membership";
  remove(2, 0, 2);
  EXPECT_EQ(Ask("SELECT min(sequence) FROM audienced.change"), "3");
  EXPECT_EQ(Ask(kStays), "1 3");
  remove(3, 2, 3);
  EXPECT_EQ(Ask(kStays), "3");
  remove(4, 3, 4);
  EXPECT_EQ(Ask("SELECT count(*) FROM audienced.change"), "0");
  EXPECT_EQ(Ask(kStays), "3");
  store.reset();
  EXPECT_EQ(OpenStore()->LoadInstance()->log_start[3], 4);
}

}  // namespace
}  // namespace audienced
