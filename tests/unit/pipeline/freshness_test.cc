// How far memberships are evaluated, on a clock that the test sets.

#include "daemon/pipeline/freshness.h"

#include <gtest/gtest.h>

#include <vector>

#include "daemon/pipeline/freshness_monitor.h"

namespace audienced {
namespace {

constexpr absl::Time kStart = absl::FromUnixSeconds(1'772'000'000);

absl::Time At(double second) { return kStart + absl::Seconds(second); }
Instant InstantAt(double second) { return ToInstant(At(second)); }

// Stands still until it is set. Waiting ends when it is set, too.
class SetClock : public Clock {
 public:
  absl::Time Now() const override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Wait(absl::CondVar& condition, absl::Mutex& mutex,
            absl::Time deadline) const override {
    if (deadline == absl::InfiniteFuture()) {
      condition.Wait(&mutex);
    } else if (Now() < deadline) {
      condition.WaitWithTimeout(&mutex, absl::Milliseconds(1));
    }
  }
  bool is_test_clock() const override { return true; }

  void Set(absl::Time now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }

 private:
  mutable absl::Mutex mutex_;
  absl::Time now_ ABSL_GUARDED_BY(mutex_) = kStart;
};

class FreshnessTest : public testing::Test {
 protected:
  SetClock clock_;
  Freshness freshness_{clock_, absl::Seconds(10)};
};

TEST_F(FreshnessTest, IdleIsThroughNowHoweverLongNothingHappens) {
  EXPECT_EQ(freshness_.EvaluatedThrough(), absl::InfinitePast());
  freshness_.Publish(InstantAt(0), Instant::Forever());
  freshness_.Rest(Instant::Forever());
  clock_.Set(At(1000));
  EXPECT_EQ(freshness_.EvaluatedThrough(), At(1000));
  EXPECT_EQ(freshness_.Lag(), absl::ZeroDuration());
  EXPECT_TRUE(freshness_.Check().ok());
}

TEST_F(FreshnessTest, ADeadlineThatHasComeHoldsItsInstant) {
  freshness_.Publish(InstantAt(0), InstantAt(60));
  freshness_.Rest(InstantAt(60));
  clock_.Set(At(59));
  EXPECT_EQ(freshness_.EvaluatedThrough(), At(59));
  clock_.Set(At(60));
  EXPECT_EQ(freshness_.EvaluatedThrough(), At(60) - absl::Microseconds(1));
  clock_.Set(At(70) - absl::Microseconds(1));
  EXPECT_TRUE(freshness_.Check().ok());
  clock_.Set(At(70));
  EXPECT_TRUE(absl::IsUnavailable(freshness_.Check()));
  freshness_.Begin(InstantAt(70));
  freshness_.Publish(InstantAt(70), Instant::Forever());
  freshness_.Rest(Instant::Forever());
  EXPECT_TRUE(freshness_.Check().ok());
  EXPECT_EQ(freshness_.EvaluatedThrough(), At(70));
}

TEST_F(FreshnessTest, WorkThatHangsHoldsTheInstantAtWhichItBegan) {
  freshness_.Publish(InstantAt(0), Instant::Forever());
  freshness_.Rest(Instant::Forever());
  clock_.Set(At(100));
  freshness_.Begin(InstantAt(100));
  clock_.Set(At(114));
  EXPECT_EQ(freshness_.EvaluatedThrough(), At(100) - absl::Microseconds(1));
  EXPECT_EQ(freshness_.Lag(), absl::Seconds(14) + absl::Microseconds(1));
  EXPECT_EQ(freshness_.Check().message(),
            "memberships are evaluated through 2026-02-25T06:14:59.999999Z, "
            "14s behind; at most 10s is wanted");
  // A part of it is out.
  freshness_.Publish(InstantAt(110), InstantAt(110));
  EXPECT_EQ(freshness_.EvaluatedThrough(), At(110));
  EXPECT_TRUE(freshness_.Check().ok());
}

TEST_F(FreshnessTest, AFaultIsNotFreshAndIsRemembered) {
  freshness_.Publish(InstantAt(0), Instant::Forever());
  freshness_.Rest(Instant::Forever());
  EXPECT_EQ(freshness_.last_fault().time, absl::InfinitePast());
  freshness_.SetHealth(absl::UnavailableError("the database is gone"));
  EXPECT_EQ(freshness_.Check().message(), "the database is gone");
  clock_.Set(At(5));
  freshness_.SetHealth(absl::OkStatus());
  EXPECT_TRUE(freshness_.Check().ok());
  EXPECT_EQ(freshness_.last_fault().time, At(0));
  EXPECT_EQ(freshness_.last_fault().message, "the database is gone");
}

// What a monitor told.
class Told {
 public:
  void Add(const absl::Status& status) {
    absl::MutexLock lock(&mutex_);
    states_.push_back(status.ok());
  }
  // Waits until it was told so often; what it was.
  std::vector<bool> Await(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return states_.size() >= count;
    };
    mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(30));
    return states_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<bool> states_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(FreshnessTest, TheMonitorTellsEachTurn) {
  freshness_.Publish(InstantAt(0), Instant::Forever());
  freshness_.Rest(Instant::Forever());
  Told told;
  FreshnessMonitor monitor(
      freshness_, [&](const absl::Status& status) { told.Add(status); });
  ASSERT_EQ(told.Await(1), std::vector<bool>({true}));
  // While it sleeps without end, work begins and hangs: nobody tells it of the
  // end of the ten seconds.
  freshness_.Begin(InstantAt(0));
  clock_.Set(At(11));
  ASSERT_EQ(told.Await(2), std::vector<bool>({true, false}));
  freshness_.Publish(InstantAt(11), Instant::Forever());
  freshness_.Rest(Instant::Forever());
  ASSERT_EQ(told.Await(3), std::vector<bool>({true, false, true}));
  freshness_.SetHealth(absl::UnavailableError("gone"));
  ASSERT_EQ(told.Await(4), std::vector<bool>({true, false, true, false}));
  freshness_.SetHealth(absl::OkStatus());
  ASSERT_EQ(told.Await(5), std::vector<bool>({true, false, true, false, true}));
}

}  // namespace
}  // namespace audienced
