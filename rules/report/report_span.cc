#include "rules/report/report_span.h"

#include <algorithm>
#include <optional>

#include "absl/status/status.h"
#include "rules/engine/timeline/window_interval.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// A day or a timestamp; absent for anything else.
std::optional<Instant> InstantOf(const std::string& text,
                                 const absl::TimeZone& zone) {
  if (const std::optional<absl::CivilDay> day = ParseCivilDay(text)) {
    return StartOfDay(*day, zone);
  }
  const std::optional<absl::Time> time = ParseTimestamp(text);
  if (!time) return std::nullopt;
  return ToInstant(*time);
}

absl::StatusOr<Instant> EndOf(const std::string& until, absl::Time now,
                              const absl::TimeZone& zone) {
  const std::optional<Instant> end =
      until.empty() ? ToInstant(now) : InstantOf(until, zone);
  if (end) return *end;
  return absl::InvalidArgumentError(
      Concat("until is ", Quoted(until),
             "; a day (2026-03-01) or a timestamp with zone is wanted"));
}

absl::StatusOr<Instant> BeginOf(const std::string& since, Instant end,
                                const absl::TimeZone& zone) {
  std::optional<Instant> begin = InstantOf(since, zone);
  if (const auto length = ParseDurationText(since)) {
    begin = Plus(end, -absl::ToInt64Microseconds(*length));
  }
  if (!begin) {
    return absl::InvalidArgumentError(
        Concat("since is ", Quoted(since),
               "; a duration (90d), a day (2026-03-01) or a timestamp with "
               "zone is wanted"));
  }
  // Of a time before there were years nothing is known.
  const Instant first =
      ToInstant(absl::FromCivil(absl::CivilDay(1, 1, 1), absl::UTCTimeZone()));
  begin = std::max(*begin, first);
  if (*begin < end) return *begin;
  return absl::InvalidArgumentError(
      Concat("since is ", Quoted(since), "; it must lie before ",
             TimestampText(ToTime(end)), ", where the days end"));
}

}  // namespace

absl::StatusOr<PastSpan> PastSpanOf(const std::string& since,
                                    const std::string& until, absl::Time now,
                                    const absl::TimeZone& zone) {
  const absl::StatusOr<Instant> said = EndOf(until, now, zone);
  if (!said.ok()) return said.status();
  const Instant end = std::min(*said, ToInstant(now));
  const absl::StatusOr<Instant> begin = BeginOf(since, end, zone);
  if (!begin.ok()) return begin.status();
  return PastSpan{*begin, end, ToInstant(now)};
}

absl::StatusOr<ReportSpan> SpanOf(const std::string& since,
                                  const std::string& until, absl::Time now,
                                  const absl::TimeZone& zone) {
  const absl::StatusOr<Instant> end = EndOf(until, now, zone);
  if (!end.ok()) return end.status();
  if (*end > ToInstant(now)) {
    return absl::InvalidArgumentError(
        Concat("until is ", Quoted(until), ", which lies after ",
               TimestampText(now), ", the last instant that is known"));
  }
  const absl::StatusOr<Instant> begin = BeginOf(since, *end, zone);
  if (!begin.ok()) return begin.status();
  ReportSpan span;
  span.time_zone = zone;
  span.first_day = absl::ToCivilDay(ToTime(*begin), zone);
  const absl::CivilDay last = absl::ToCivilDay(ToTime(Plus(*end, -1)), zone);
  if (last - span.first_day >= kReportDayLimit) {
    return absl::InvalidArgumentError(
        Concat("since is ", Quoted(since), "; at most ",
               std::to_string(kReportDayLimit), " days are looked at"));
  }
  for (absl::CivilDay day = span.first_day; day <= last; ++day) {
    span.edges.push_back(StartOfDay(day, zone));
  }
  span.edges.push_back(*end);
  span.known_until = ToInstant(now);
  return span;
}

}  // namespace audienced
