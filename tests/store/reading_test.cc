#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class ReadingTest : public StoreTest {
 protected:
  static StreamPositions At(int64_t head) {
    StreamPositions heads{};
    heads.fill(1'000'000);  // another stream's head says nothing here
    heads[3] = head;
    return heads;
  }

  static std::vector<int64_t> Members(Store& store, int64_t head,
                                      int64_t after = 0, int limit = 100) {
    const absl::StatusOr<std::vector<StayRecord>> stays =
        store.ListMembers("cart", At(head), ProfileId{after}, limit);
    EXPECT_TRUE(stays.ok()) << stays.status();
    std::vector<int64_t> profiles;
    for (const StayRecord& stay : *stays) {
      profiles.push_back(static_cast<int64_t>(stay.profile));
    }
    return profiles;
  }
};

TEST_F(ReadingTest, MembersAsOfEarlierHeads) {
  // Profile 1 is in [2, 5) and from 8 on, profile 2 in [3, 4), 3 from 6 on.
  CommitBatch batch = SampleBatch(1);
  batch.stays = {SampleStay(1, 2), SampleStay(1, 8), SampleStay(2, 3),
                 SampleStay(3, 6), SampleStay(4, 1)};
  batch.stays[0].left_sequence = 5;
  batch.stays[2].left_sequence = 4;
  batch.stays[4].audience = "another";
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(batch).ok());
  EXPECT_THAT(Members(*store, 1), IsEmpty());
  EXPECT_THAT(Members(*store, 2), ElementsAre(1));
  EXPECT_THAT(Members(*store, 3), ElementsAre(1, 2));
  EXPECT_THAT(Members(*store, 4), ElementsAre(1));
  EXPECT_THAT(Members(*store, 5), IsEmpty());
  EXPECT_THAT(Members(*store, 7), ElementsAre(3));
  EXPECT_THAT(Members(*store, 8), ElementsAre(1, 3));
  // Pages: after a profile, at most so many.
  EXPECT_THAT(Members(*store, 8, 0, 1), ElementsAre(1));
  EXPECT_THAT(Members(*store, 8, 1, 1), ElementsAre(3));
  EXPECT_THAT(Members(*store, 8, 3, 1), IsEmpty());
}

TEST_F(ReadingTest, StaysAreLoadedThroughTheProfile) {
  std::unique_ptr<Store> store = OpenStore();
  CommitBatch batch = SampleBatch(1);
  // At the ends of what one statement reads, and beyond what is asked for.
  for (const int64_t id : {1, 2'000, 2'001, 39'999, 40'000, 40'001}) {
    batch.stays.push_back(SampleStay(id, 1));
  }
  ASSERT_TRUE(store->Commit(batch).ok());
  std::vector<int64_t> loaded;
  EXPECT_TRUE(store
                  ->LoadStays(ProfileId{40'000},
                              [&](const StayRecord& stay) {
                                loaded.push_back(
                                    static_cast<int64_t>(stay.profile));
                              })
                  .ok());
  EXPECT_THAT(loaded, UnorderedElementsAre(1, 2'000, 2'001, 39'999, 40'000));
}

TEST_F(ReadingTest, AudienceNamesAreOnlyTexts) {
  std::unique_ptr<Store> store = OpenStore();
  for (const std::string name : {"it's", "a\\", "'; SELECT 1 --"}) {
    EXPECT_THAT(store->ListMembers(name, At(1), ProfileId{0}, 1).value(),
                IsEmpty());
  }
}

TEST_F(ReadingTest, AChangeComesBackWhole) {
  ChangeRecord change = SampleChange(63, 1, 1);
  change.change.kind = ChangeKind::kLeft;
  change.change.cause = Cause::kSize;
  change.change.effective_at = Instant::Never();
  change.profile = ProfileId{42};
  change.audience = "cart";
  change.episode = 2;
  change.existing = true;
  change.rule_version = 9;
  change.context = R"({"value": 1.50})";
  change.expires_at = SampleTime(7);
  change.identifiers = {{"email", "ada@example.org"}, {"phone", "\"+1\""}};
  change.consents = {{"email", true, ToInstant(SampleTime(9))}, {"sms", false}};
  CommitBatch batch = SampleBatch(1);
  batch.changes = {change, SampleChange(63, 2, 1)};
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(batch).ok());

  StreamPositions through{};
  through[63] = 2;
  const absl::StatusOr<std::vector<ChangeRecord>> changes =
      store->ReadChanges({}, through, 10);
  ASSERT_TRUE(changes.ok()) << changes.status();
  ASSERT_EQ(2u, changes->size());
  const ChangeRecord& read = changes->front();
  EXPECT_EQ(63, read.stream);
  EXPECT_EQ(1, read.sequence);
  EXPECT_EQ(1, read.commit_number);
  EXPECT_EQ(ProfileId{42}, read.profile);
  EXPECT_EQ("cart", read.audience);
  EXPECT_EQ(ChangeKind::kLeft, read.change.kind);
  EXPECT_EQ(Cause::kSize, read.change.cause);
  EXPECT_EQ(Instant::Never(), read.change.effective_at);
  EXPECT_EQ(SampleTime(), read.commit_time);
  EXPECT_EQ(2, read.episode);
  EXPECT_TRUE(read.existing);
  EXPECT_EQ(9, read.rule_version);
  EXPECT_EQ(change.context, read.context);
  EXPECT_EQ(SampleTime(7), read.expires_at);
  EXPECT_EQ(change.identifiers, read.identifiers);
  EXPECT_EQ(change.consents, read.consents);
  EXPECT_THAT(changes->back().consents, IsEmpty());
  EXPECT_EQ(std::nullopt, changes->back().expires_at);
  EXPECT_EQ("", changes->back().context);
  EXPECT_THAT(changes->back().identifiers, IsEmpty());
}

// However small the pages are, each change comes once and in order.
TEST_F(ReadingTest, ChangesHaveNoGap) {
  CommitBatch batch = SampleBatch(1);
  for (const auto& [stream, count] :
       std::vector<std::pair<int, int>>{{0, 7}, {3, 1}, {63, 20}}) {
    for (int i = 1; i <= count; ++i) {
      batch.changes.push_back(SampleChange(stream, i, 1));
    }
    batch.heads[stream] = count;
  }
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(batch).ok());
  StreamPositions through = batch.heads;
  through[63] = 15;  // what is later is not asked for
  for (const int limit : {1, 2, 5, 1000}) {
    StreamPositions position{};
    while (position != through) {
      const absl::StatusOr<std::vector<ChangeRecord>> changes =
          store->ReadChanges(position, through, limit);
      ASSERT_TRUE(changes.ok()) << changes.status();
      ASSERT_THAT(*changes, testing::Not(IsEmpty()));
      int stream = 0;
      for (const ChangeRecord& change : *changes) {
        EXPECT_LE(stream, change.stream);
        stream = change.stream;
        ASSERT_EQ(++position[change.stream], change.sequence);
      }
    }
    EXPECT_THAT(store->ReadChanges(position, through, limit).value(),
                IsEmpty());
  }
}

TEST_F(ReadingTest, ReadersOutliveALostConnection) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Ping().ok());
  EXPECT_EQ("1", Ask("SELECT count(pg_terminate_backend(pid, 5000)) "
                     "FROM pg_stat_activity a "
                     "WHERE datname = current_database() "
                     "AND pid <> pg_backend_pid() AND NOT EXISTS (SELECT FROM "
                     "pg_locks l WHERE l.pid = a.pid "
                     "AND locktype = 'advisory')"));
  EXPECT_TRUE(store->ReadChanges({}, {}, 1).ok());
  EXPECT_TRUE(store->Ping().ok());
}

TEST_F(ReadingTest, ManyReadersShareFewConnections) {
  std::unique_ptr<Store> store = OpenStore();
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&store] {
      for (int j = 0; j < 20; ++j) EXPECT_TRUE(store->Ping().ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(std::stoi(Ask("SELECT count(*) FROM pg_stat_activity "
                          "WHERE datname = current_database()")),
            4 + 1 + 1);  // the writer's, and the one that asks
}

}  // namespace
}  // namespace audienced
