#ifndef AUDIENCED_RULES_REPORT_REPORT_SPAN_H_
#define AUDIENCED_RULES_REPORT_REPORT_SPAN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "rules/history/instant.h"

namespace audienced {

// The past that a report looks at.
struct PastSpan {
  Instant since;
  Instant until;        // not included
  Instant known_until;  // what happens from here on is not known; not before it
};

// The days that a backtest looks at: calendar days of one time zone, without a
// gap, of which the last may be cut short.
struct ReportSpan {
  absl::TimeZone time_zone;
  absl::CivilDay first_day;
  // Day i is [edges[i], edges[i + 1]): 23 or 25 hours where the clock changes.
  std::vector<Instant> edges;
  // What happens from here on is not known yet; not before until().
  Instant known_until;

  size_t day_count() const { return edges.size() - 1; }
  absl::CivilDay day(size_t i) const {
    return first_day + static_cast<absl::civil_diff_t>(i);
  }
  Instant since() const { return edges.front(); }
  Instant until() const { return edges.back(); }  // not included
};

// From `since` to `until`, as their author writes them: `2026-03-01`, the start
// of that day in `zone`; `2026-03-01T09:00:00Z`; and for `since` also `90d`,
// exactly so long before `until`, but not before the year 1. An empty `until`
// is `now`, and so is one that lies behind it.
//
// INVALID_ARGUMENT with a message that begins with `since` or `until` for other
// texts, and for a span that ends before it begins.
absl::StatusOr<PastSpan> PastSpanOf(const std::string& since,
                                    const std::string& until, absl::Time now,
                                    const absl::TimeZone& zone);

// More days are refused.
inline constexpr int kReportDayLimit = 3660;

// The days from `since` to `until`, written as for PastSpanOf(). The first day
// is whole: `since` is taken back to its start. INVALID_ARGUMENT as there, also
// for an `until` behind `now` and for more than kReportDayLimit days.
absl::StatusOr<ReportSpan> SpanOf(const std::string& since,
                                  const std::string& until, absl::Time now,
                                  const absl::TimeZone& zone);

}  // namespace audienced

#endif  // AUDIENCED_RULES_REPORT_REPORT_SPAN_H_
