// The log: its two formats, its levels, and how repeats are held back.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/logging/log.h"
#include "daemon/logging/log_line.h"
#include "daemon/logging/repeat_limiter.h"

namespace audienced {
namespace {

absl::Time Instant(int64_t milliseconds) {
  return absl::FromUnixMillis(1772323200000 + milliseconds);
}

std::string Line(LogFormat format, std::string_view text,
                 LogFields fields = {}) {
  return LogLine({Instant(7), LogLevel::kInfo, "pipeline", text, fields, 0},
                 format);
}

TEST(LogLineTest, JsonKeepsTypesAndOrder) {
  EXPECT_EQ(
      Line(LogFormat::kJson, "commit done",
           {{"events", 12},
            {"share", 0.5},
            {"late", false},
            {"audience", "cart-abandoners"},
            {"wait_seconds", absl::Milliseconds(1500)},
            {"as_of", Instant(1)},
            {"bytes", size_t{7}}}),
      R"({"ts":"2026-03-01T00:00:00.007Z","level":"info",)"
      R"("component":"pipeline","msg":"commit done","events":12,"share":0.5,)"
      R"("late":false,"audience":"cart-abandoners","wait_seconds":1.5,)"
      R"("as_of":"2026-03-01T00:00:00.001Z","bytes":7})");
}

TEST(LogLineTest, ConsoleIsForPeople) {
  EXPECT_EQ(Line(LogFormat::kConsole, "commit done",
                 {{"events", 12}, {"file", "a b"}, {"name", "x"}, {"no", ""}}),
            "2026-03-01T00:00:00.007Z info    pipeline: commit done events=12 "
            "file=\"a b\" name=x no=\"\"");
}

TEST(LogLineTest, AMessageIsOneLineWhateverItsValues) {
  for (const std::string value :
       {"a\nb", "a\r\n\"b\"", "\x1b[31mred", "not \xff UTF-8", "\x01\x7f"}) {
    for (LogFormat format : {LogFormat::kJson, LogFormat::kConsole}) {
      const std::string line = Line(format, "read", {{"value", value}});
      for (char byte : line) {
        EXPECT_GE(static_cast<unsigned char>(byte), 0x20) << line;
      }
    }
    EXPECT_TRUE(nlohmann::json::accept(
        Line(LogFormat::kJson, "read", {{"value", value}})));
  }
}

TEST(LogTest, WritesFromTheLevelOn) {
  std::ostringstream stream;
  StartLogging(LogFormat::kConsole, LogLevel::kWarning, &stream);
  LogDebug("test", "first");
  LogInfo("test", "second");
  LogWarning("test", "three");
  LogError("test", "four", {{"error", absl::UnavailableError("gone")}});
  StartLogging(LogFormat::kConsole, LogLevel::kInfo);
  const std::string text = stream.str();
  EXPECT_EQ(text.find("first"), std::string::npos) << text;
  EXPECT_EQ(text.find("second"), std::string::npos) << text;
  EXPECT_NE(text.find(" warning test: three\n"), std::string::npos) << text;
  EXPECT_NE(text.find(" error   test: four error=\"UNAVAILABLE: gone\"\n"),
            std::string::npos)
      << text;
}

TEST(LogTest, RepeatsAreHeldBack) {
  std::ostringstream stream;
  StartLogging(LogFormat::kConsole, LogLevel::kInfo, &stream);
  for (int i = 0; i < 100; ++i) LogInfo("test", "again", {{"i", i}});
  LogInfo("test", "another");
  StartLogging(LogFormat::kConsole, LogLevel::kInfo);
  const std::string text = stream.str();
  EXPECT_NE(text.find("i=9\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("i=10\n"), std::string::npos) << text;
  EXPECT_NE(text.find("another"), std::string::npos) << text;
}

TEST(RepeatLimiterTest, SaysHowManyWereLeftOut) {
  RepeatLimiter limiter;
  for (int i = 0; i < RepeatLimiter::kRepeatLimit; ++i) {
    EXPECT_EQ(limiter.Admit("a", Instant(i)), 0);
  }
  EXPECT_EQ(limiter.Admit("a", Instant(100)), std::nullopt);
  EXPECT_EQ(limiter.Admit("a", Instant(9999)), std::nullopt);
  EXPECT_EQ(limiter.Admit("b", Instant(9999)), 0);
  EXPECT_EQ(limiter.Admit("a", Instant(10000)), 2);
  EXPECT_EQ(limiter.Admit("a", Instant(10001)), 0);
  // The clock of the machine was set back.
  EXPECT_EQ(limiter.Admit("a", Instant(-5)), 0);
}

}  // namespace
}  // namespace audienced
