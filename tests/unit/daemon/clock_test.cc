// The clocks: monotone, and able to wait for an instant or a signal.

#include "daemon/system/clock.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string>
#include <thread>

#include "absl/time/clock.h"
#include "daemon/logging/log.h"
#include "tests/unit/utc.h"

namespace audienced {
namespace {

// A file with the time, as a test of the daemon writes it.
class TimeFile {
 public:
  explicit TimeFile(const std::string& content) {
    const int descriptor = mkstemp(path_.data());
    if (descriptor >= 0) close(descriptor);
    Write(content);
  }
  ~TimeFile() { std::remove(path_.c_str()); }

  void Write(const std::string& content) { std::ofstream(path_) << content; }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = testing::TempDir() + "clock_XXXXXX";
};

// Waits as the daemon does, until `clock` reaches `deadline`.
void WaitUntil(const Clock& clock, absl::Time deadline) {
  absl::Mutex mutex;
  absl::CondVar condition;
  absl::MutexLock lock(&mutex);
  while (clock.Now() < deadline) clock.Wait(condition, mutex, deadline);
}

TEST(SystemClockTest, IsTheTimeOfTheMachineInMicroseconds) {
  const SystemClock clock;
  const absl::Time before = absl::Now() - absl::Microseconds(1);
  const absl::Time now = clock.Now();
  EXPECT_GE(now, before);
  EXPECT_LE(now, absl::Now());
  EXPECT_EQ(now, absl::FromUnixMicros(absl::ToUnixMicros(now)));
  EXPECT_GE(clock.Now(), now);
  EXPECT_FALSE(clock.is_test_clock());
}

TEST(SystemClockTest, WaitsForTheDeadline) {
  const SystemClock clock;
  const absl::Time deadline = clock.Now() + absl::Milliseconds(30);
  WaitUntil(clock, deadline);
  EXPECT_GE(clock.Now(), deadline);
  EXPECT_LT(clock.Now(), deadline + absl::Seconds(30));
}

// Runs a waiter with `deadline` and wakes it by a signal.
void ExpectSignalWakes(const Clock& clock, absl::Time deadline) {
  absl::Mutex mutex;
  absl::CondVar condition;
  bool asked = false;
  std::thread waker([&] {
    absl::SleepFor(absl::Milliseconds(20));
    absl::MutexLock lock(&mutex);
    asked = true;
    condition.Signal();
  });
  const absl::Time begin = absl::Now();
  {
    absl::MutexLock lock(&mutex);
    while (!asked) clock.Wait(condition, mutex, deadline);
  }
  EXPECT_LT(absl::Now() - begin, absl::Seconds(30));
  waker.join();
}

TEST(ClockTest, ASignalEndsTheWait) {
  const TimeFile file("2026-03-01T00:00:00Z");
  const auto file_clock = *FileClock::Open(file.path());
  const SystemClock system_clock;
  for (const Clock* clock :
       std::initializer_list<const Clock*>{file_clock.get(), &system_clock}) {
    ExpectSignalWakes(*clock, absl::InfiniteFuture());
    ExpectSignalWakes(*clock, clock->Now() + absl::Hours(1));
  }
}

TEST(FileClockTest, StandsStillBetweenEdits) {
  TimeFile file("2026-03-01T00:00:00Z\n");
  const auto clock = *FileClock::Open(file.path());
  EXPECT_TRUE(clock->is_test_clock());
  EXPECT_EQ(clock->Now(), Utc("2026-03-01T00:00:00Z"));
  EXPECT_EQ(clock->Now(), Utc("2026-03-01T00:00:00Z"));
  file.Write("2026-03-01T02:00:00.000001+01:00");
  EXPECT_EQ(clock->Now(), Utc("2026-03-01T01:00:00.000001Z"));
  // A file that is replaced as a whole.
  const std::string other = file.path() + ".new";
  std::ofstream(other) << "2026-03-02T00:00:00Z";
  EXPECT_EQ(clock->Now(), Utc("2026-03-01T01:00:00.000001Z"));
  std::filesystem::rename(other, file.path());
  EXPECT_EQ(clock->Now(), Utc("2026-03-02T00:00:00Z"));
  // The one that replaced it, and one that stands where there was none.
  file.Write("2026-03-03T00:00:00Z");
  EXPECT_EQ(clock->Now(), Utc("2026-03-03T00:00:00Z"));
  std::remove(file.path().c_str());
  EXPECT_EQ(clock->Now(), Utc("2026-03-03T00:00:00Z"));
  file.Write("2026-03-04T00:00:00Z");
  EXPECT_EQ(clock->Now(), Utc("2026-03-04T00:00:00Z"));
}

TEST(FileClockTest, NeverGoesBackAndPassesOverRubbish) {
  TimeFile file("2026-03-01T00:00:00Z");
  const auto clock = *FileClock::Open(file.path());
  for (const char* content :
       {"2026-02-28T00:00:00Z", "", "2026-03-0", "2026-03-02T00:00:00",
        "infinite-future", "tomorrow"}) {
    file.Write(content);
    EXPECT_EQ(clock->Now(), Utc("2026-03-01T00:00:00Z")) << content;
  }
  std::remove(file.path().c_str());
  EXPECT_EQ(clock->Now(), Utc("2026-03-01T00:00:00Z"));
}

TEST(FileClockTest, AnEditWakesWhoeverWaitsForIt) {
  TimeFile file("2026-03-01T00:00:00Z");
  const auto clock = *FileClock::Open(file.path());
  std::thread editor([&] {
    absl::SleepFor(absl::Milliseconds(20));
    file.Write("2026-03-01T00:59:59Z");
    absl::SleepFor(absl::Milliseconds(20));
    file.Write("2026-03-01T01:00:00Z");
  });
  WaitUntil(*clock, Utc("2026-03-01T01:00:00Z"));
  EXPECT_EQ(clock->Now(), Utc("2026-03-01T01:00:00Z"));
  editor.join();
}

TEST(OpenClockTest, TheVariableChoosesTheClockAndTheLogWarns) {
  unsetenv(kTestClockVariable);
  EXPECT_FALSE((*OpenClock())->is_test_clock());

  const TimeFile file("2026-03-01T00:00:00Z");
  setenv(kTestClockVariable, file.path().c_str(), 1);
  std::ostringstream log;
  StartLogging(LogFormat::kConsole, LogLevel::kInfo, &log);
  EXPECT_TRUE((*OpenClock())->is_test_clock());
  StartLogging(LogFormat::kConsole, LogLevel::kInfo);
  EXPECT_NE(log.str().find("warning clock: time is stepped"), std::string::npos)
      << log.str();

  const TimeFile rubbish("noon");
  for (const std::string& path : {rubbish.path(), std::string("/not/there")}) {
    setenv(kTestClockVariable, path.c_str(), 1);
    EXPECT_EQ(OpenClock().status().code(), absl::StatusCode::kInvalidArgument);
  }
  unsetenv(kTestClockVariable);
}

}  // namespace
}  // namespace audienced
