// What became of events, by origin and reason.

#include "daemon/pipeline/event_counts.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

std::string TextOf(const EventCounts& counts) {
  std::string text;
  for (const EventCounts::Row& row : counts.rows()) {
    absl::StrAppend(&text, row.origin, " ", std::string(Name(row.outcome)), " ",
                    row.reason, " ", row.events, " late ", row.late, "\n");
  }
  return text;
}

TEST(EventCountsTest, EachOriginOutcomeAndReasonIsARow) {
  using Kind = EventOutcome::Kind;
  EventCounts counts;
  counts.Add("web", {{Kind::kStored, "", "", false},
                     {Kind::kStored, "", "", true},
                     {Kind::kDuplicate, "", "", false},
                     {Kind::kRefused, "FUTURE_EVENT", "x", false}});
  counts.Add("pos", {{Kind::kStored, "", "", false}});
  counts.Add("web", {{Kind::kStored,
                      "",
                      "",
                      true,
                      {{"anonymous_id", "BLOCKED_IDENTIFIER"},
                       {"email", "IDENTIFIER_LIMIT"}}}});
  counts.AddRefused("pos", "MISSING_EVENT_ID", 3);
  EXPECT_EQ(TextOf(counts),
            "pos stored  1 late 0\n"
            "pos refused MISSING_EVENT_ID 3 late 0\n"
            "web stored  2 late 1\n"
            "web stored BLOCKED_IDENTIFIER 1 late 1\n"
            "web duplicate  1 late 0\n"
            "web refused FUTURE_EVENT 1 late 0\n");
}

TEST(EventCountsTest, OriginsBeyondTheLimitGoTogether) {
  EventCounts counts;
  const int limit = EventCounts::kOriginLimit;
  for (int i = 0; i < limit + 5; ++i) {
    counts.AddRefused(absl::StrCat("origin", i), "INVALID_TIME", 1);
  }
  counts.AddRefused("origin0", "INVALID_TIME", 1);
  const std::vector<EventCounts::Row> rows = counts.rows();
  ASSERT_EQ(rows.size(), static_cast<size_t>(limit) + 1);
  EXPECT_EQ(rows.front().origin, "origin0");
  EXPECT_EQ(rows.front().events, 2);
  EXPECT_EQ(rows.back().origin, "other");
  EXPECT_EQ(rows.back().events, 5);
}

}  // namespace
}  // namespace audienced
