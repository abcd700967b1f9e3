#include "rules/language/duration_text.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace audienced {
namespace {

struct DurationCase {
  std::string text;
  std::optional<absl::Duration> expected;
};

TEST(ParseDurationText, ReadsUnitsFromTheLargerToTheSmaller) {
  const DurationCase cases[] = {
      {.text = "90s", .expected = absl::Seconds(90)},
      {.text = "15m", .expected = absl::Minutes(15)},
      {.text = "1h", .expected = absl::Hours(1)},
      {.text = "7d", .expected = absl::Hours(7 * 24)},
      {.text = "2w", .expected = absl::Hours(14 * 24)},
      {.text = "1d12h", .expected = absl::Hours(36)},
      {.text = "1w1d1h1m1s", .expected = absl::Seconds(604800 + 90061)},
      {.text = "0m", .expected = absl::ZeroDuration()},
      // Whole numbers, each unit once, in order, nothing between.
      {.text = "", .expected = std::nullopt},
      {.text = "7", .expected = std::nullopt},
      {.text = "d", .expected = std::nullopt},
      {.text = "1.5h", .expected = std::nullopt},
      {.text = "-1h", .expected = std::nullopt},
      {.text = "+1h", .expected = std::nullopt},
      {.text = "12h1d", .expected = std::nullopt},
      {.text = "1h1h", .expected = std::nullopt},
      {.text = "1d 12h", .expected = std::nullopt},
      {.text = "1D", .expected = std::nullopt},
      {.text = "1mo", .expected = std::nullopt},
      {.text = "1y", .expected = std::nullopt},
      {.text = "1h30", .expected = std::nullopt},
      // The bound, from both sides, and numbers beyond all types.
      {.text = "36500d", .expected = absl::Hours(36500 * 24)},
      {.text = "36500d1s", .expected = std::nullopt},
      {.text = "99999999999999999999s", .expected = std::nullopt},
      {.text = "9999999999w", .expected = std::nullopt},
  };
  for (const DurationCase& one : cases) {
    EXPECT_EQ(ParseDurationText(one.text), one.expected) << one.text;
  }
}

TEST(DurationText, ReadsBack) {
  EXPECT_EQ(DurationText(absl::Hours(36)), "1d12h");
  EXPECT_EQ(DurationText(absl::Hours(7 * 24)), "7d");
  EXPECT_EQ(DurationText(absl::Seconds(90)), "1m30s");
  EXPECT_EQ(DurationText(absl::ZeroDuration()), "0s");
  EXPECT_EQ(DurationText(absl::Milliseconds(1999)), "1s");
  EXPECT_EQ(DurationText(-absl::Hours(1)), "0s");
  for (int64_t seconds : {1, 59, 60, 61, 3599, 3600, 86399, 86400, 90061}) {
    EXPECT_EQ(ParseDurationText(DurationText(absl::Seconds(seconds))),
              absl::Seconds(seconds));
  }
}

struct TimestampCase {
  std::string text;
  std::string expected;  // in UTC; empty: refused
};

TEST(ParseTimestamp, WantsRfc3339WithZone) {
  const TimestampCase cases[] = {
      {.text = "2026-03-01T00:00:00Z", .expected = "2026-03-01T00:00:00Z"},
      {.text = "2026-03-01t00:00:00z", .expected = "2026-03-01T00:00:00Z"},
      {.text = "2026-03-01T01:00:00+01:00", .expected = "2026-03-01T00:00:00Z"},
      {.text = "2026-02-28T18:30:00-05:30", .expected = "2026-03-01T00:00:00Z"},
      {.text = "2026-03-01T00:00:00.5Z", .expected = "2026-03-01T00:00:00.5Z"},
      {.text = "2026-03-01T00:00:00.000001Z",
       .expected = "2026-03-01T00:00:00.000001Z"},
      {.text = "2028-02-29T23:59:59Z", .expected = "2028-02-29T23:59:59Z"},
      // Without zone, of a finer resolution, or at an instant that is none.
      {.text = "2026-03-01T00:00:00", .expected = ""},
      {.text = "2026-03-01T00:00:00.0000001Z", .expected = ""},
      {.text = "2026-03-01T00:00:00.Z", .expected = ""},
      {.text = "2026-02-29T00:00:00Z", .expected = ""},
      {.text = "2026-13-01T00:00:00Z", .expected = ""},
      {.text = "2026-03-01T24:00:00Z", .expected = ""},
      {.text = "2026-03-01T23:60:00Z", .expected = ""},
      {.text = "2026-03-01T23:59:60Z", .expected = ""},
      {.text = "2026-03-01T00:00:00+24:00", .expected = ""},
      {.text = "2026-03-01T00:00:00+0100", .expected = ""},
      {.text = "2026-03-01 00:00:00Z", .expected = ""},
      {.text = "2026-03-01T00:00:00Z ", .expected = ""},
      {.text = "2026-03-01", .expected = ""},
      {.text = "", .expected = ""},
  };
  for (const TimestampCase& one : cases) {
    const std::optional<absl::Time> time = ParseTimestamp(one.text);
    EXPECT_EQ(time ? TimestampText(*time) : "", one.expected) << one.text;
  }
}

TEST(ParseCivilDay, WantsADayThatExists) {
  EXPECT_EQ(ParseCivilDay("2026-11-01"), absl::CivilDay(2026, 11, 1));
  EXPECT_EQ(ParseCivilDay("2028-02-29"), absl::CivilDay(2028, 2, 29));
  for (const char* text : {"2026-02-29", "2026-00-10", "2026-1-1",
                           "2026-11-01T00:00:00Z", "20261101", ""}) {
    EXPECT_EQ(ParseCivilDay(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace audienced
