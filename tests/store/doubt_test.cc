// Connections that are lost before, during and after a commit.

#include <signal.h>

#include <atomic>
#include <string>
#include <thread>

#include "absl/strings/match.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "tests/store/sample_records.h"
#include "tests/store/throwaway_cluster.h"

namespace audienced {
namespace {

class DoubtTest : public StoreTest {
 protected:
  // Waits until the session that writes stands in a COMMIT.
  void AwaitCommit() {
    for (int i = 0; i < 200; ++i) {
      if (Ask("SELECT count(*) FROM pg_stat_activity "
              "WHERE datname = current_database() AND query = 'COMMIT' "
              "AND state = 'active'") == "1") {
        return;
      }
      absl::SleepFor(absl::Milliseconds(20));
    }
    ADD_FAILURE() << "no COMMIT is under way";
  }
};

TEST_F(DoubtTest, AConnectionLostBeforeACommitLosesNothing) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(SampleBatch(1)).ok());
  EndWritingSession();
  CommitBatch batch = SampleBatch(2);
  batch.events = {SampleEvent("e1")};
  EXPECT_EQ(absl::StatusCode::kUnavailable, store->Commit(batch).code());
  EXPECT_EQ("0", Ask("SELECT count(*) FROM audienced.event"));
  // Nothing works until the lock is taken again, and then everything does.
  EXPECT_EQ(absl::StatusCode::kUnavailable, store->Commit(batch).code());
  ASSERT_TRUE(store->Reconnect().ok());
  EXPECT_TRUE(store->Commit(batch).ok());
  EXPECT_EQ("1", Ask("SELECT count(*) FROM audienced.event"));
  EXPECT_TRUE(store->Reconnect().ok());  // of a good connection: nothing
}

// As when a daemon stops while the machine of its database hangs.
TEST_F(DoubtTest, NobodyWaitsForAServerThatHangsToTakeBackACommit) {
  std::unique_ptr<Store> store = OpenStore();
  const pid_t server = std::stoi(
      Ask("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
          "AND pid = (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"));
  CommitBatch batch = SampleBatch(1);
  for (int i = 0; i < 5'000; ++i) {
    batch.events.push_back(SampleEvent(std::to_string(i)));
  }
  ASSERT_TRUE(store->BeginCommit(batch).ok());
  ASSERT_EQ(0, kill(server, SIGSTOP));
  std::atomic<bool> is_over = false;
  std::thread ender([&] {
    while (!is_over) {
      store->EndStatements();
      absl::SleepFor(absl::Milliseconds(20));
    }
  });
  store->AbandonCommit();
  is_over = true;
  ender.join();
  EXPECT_EQ(0, kill(server, SIGCONT));
}

TEST_F(DoubtTest, ACommitThatDidNotHappen) {
  std::unique_ptr<Store> store = OpenStore();
  // A check at the end of the transaction that takes its time.
  Connect()->Query(R"(
      CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON audienced.profile
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait())");
  CommitBatch batch = SampleBatch(1);
  batch.profiles = {{ProfileId{1}, 0, "a:1"}};
  std::thread thief([this] {
    AwaitCommit();
    EndWritingSession();
  });
  const absl::Status status = store->Commit(batch);
  thief.join();
  EXPECT_EQ(absl::StatusCode::kUnknown, status.code()) << status;
  const absl::StatusOr<bool> happened = store->Settle(1);
  ASSERT_TRUE(happened.ok()) << happened.status();
  EXPECT_FALSE(*happened);
  Connect()->Query("DROP TRIGGER wait ON audienced.profile");
  EXPECT_TRUE(store->Commit(batch).ok());
}

TEST_F(DoubtTest, ACommitThatHappenedWithoutAnAnswer) {
  std::unique_ptr<Store> store = OpenStore();
  // A commit that is durable here waits for a standby that never comes.
  Connect()->Query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  Connect()->Query("SELECT pg_reload_conf()");
  absl::SleepFor(absl::Milliseconds(300));
  CommitBatch batch = SampleBatch(1);
  batch.profiles = {{ProfileId{1}, 0, "a:1"}};
  std::thread thief([this] {
    AwaitCommit();
    EndWritingSession();
  });
  const absl::Status status = store->Commit(batch);
  thief.join();
  Connect()->Query("ALTER SYSTEM RESET synchronous_standby_names");
  Connect()->Query("SELECT pg_reload_conf()");
  EXPECT_EQ(absl::StatusCode::kUnknown, status.code()) << status;
  const absl::StatusOr<bool> happened = store->Settle(1);
  ASSERT_TRUE(happened.ok()) << happened.status();
  EXPECT_TRUE(*happened);
  EXPECT_EQ("1", Ask("SELECT count(*) FROM audienced.profile"));
  EXPECT_TRUE(store->Commit(SampleBatch(2)).ok());
}

// While nobody asks anything of it, each session once, and the new one too.
TEST_F(DoubtTest, TheEndOfTheWritingSessionIsTold) {
  std::unique_ptr<Store> store = OpenStore();
  std::atomic<int> told = 0;
  store->OnUnreachable([&] { ++told; });
  const auto await = [&](int times) {
    for (int i = 0; i < 500 && told < times; ++i) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    absl::SleepFor(absl::Milliseconds(20));
    return told == times;
  };
  EXPECT_TRUE(await(0));
  EndWritingSession();
  EXPECT_TRUE(await(1));
  store->OnUnreachable([&] { told += 10; });
  EXPECT_EQ(11, told) << "it had gone already";
  EXPECT_FALSE(store->LoadInstance().ok());
  ASSERT_TRUE(store->Reconnect().ok());
  store->OnUnreachable([&] { told += 100; });
  EXPECT_EQ(11, told);
  EndWritingSession();
  EXPECT_TRUE(await(111));
}

TEST_F(DoubtTest, AnotherDaemonThatTookOverIsNotOverwritten) {
  std::unique_ptr<Store> first = OpenStore();
  ASSERT_TRUE(first->Commit(SampleBatch(1)).ok());
  EndWritingSession();
  EXPECT_FALSE(first->Commit(SampleBatch(2)).ok());
  std::unique_ptr<Store> second = OpenStore();
  EXPECT_EQ(absl::StatusCode::kFailedPrecondition, first->Reconnect().code());
  ASSERT_TRUE(second->Commit(SampleBatch(2)).ok());
  ASSERT_TRUE(second->Commit(SampleBatch(3)).ok());
  second.reset();
  EXPECT_EQ(absl::StatusCode::kDataLoss, first->Reconnect().code());
  EXPECT_EQ(absl::StatusCode::kDataLoss, first->Settle(2).status().code());
  EXPECT_EQ(absl::StatusCode::kUnavailable,
            first->Commit(SampleBatch(2)).code());
}

// Though it stands at the very commit that was made last.
TEST_F(DoubtTest, AnotherDaemonThatWroteNothingIsNoticed) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(SampleBatch(1)).ok());
  EndWritingSession();
  EXPECT_FALSE(store->Commit(SampleBatch(2)).ok());
  OpenStore().reset();
  EXPECT_EQ(absl::StatusCode::kDataLoss, store->Reconnect().code());
}

TEST_F(DoubtTest, ADatabaseThatFellBackIsNotWrittenTo) {
  std::unique_ptr<Store> store = OpenStore();
  ASSERT_TRUE(store->Commit(SampleBatch(1)).ok());
  ASSERT_TRUE(store->Commit(SampleBatch(2)).ok());
  EndWritingSession();
  EXPECT_FALSE(store->Commit(SampleBatch(3)).ok());
  ASSERT_TRUE(store->Reconnect().ok());
  ASSERT_TRUE(store->Commit(SampleBatch(3)).ok());
  EndWritingSession();
  EXPECT_FALSE(store->Commit(SampleBatch(4)).ok());
  Connect()->Query("UPDATE audienced.instance SET commit_number = 2");
  const absl::Status back = store->Reconnect();
  EXPECT_EQ(absl::StatusCode::kDataLoss, back.code()) << back;
  EXPECT_TRUE(absl::StrContains(back.message(),
                                "stands at commit 2, and "
                                "commit 3 was made"))
      << back;
}

}  // namespace
}  // namespace audienced
