#include "rules/engine/timeline/window_interval.h"

#include <algorithm>

#include "absl/time/civil_time.h"

namespace audienced {
namespace {

// The event lies in the named span of t exactly while t lies in [first, second)
// or after the event itself.
Interval During(absl::CivilDay first, absl::CivilDay second, Instant event,
                const absl::TimeZone& zone) {
  return {std::max(event, StartOfDay(first, zone)), StartOfDay(second, zone)};
}

absl::CivilDay WeekOf(absl::CivilDay day) {
  return absl::PrevWeekday(day + 1, absl::Weekday::monday);
}

Interval InsideCalendar(CalendarWord word, Instant event,
                        const absl::TimeZone& zone) {
  const absl::CivilDay day = absl::ToCivilDay(ToTime(event), zone);
  const absl::CivilDay week = WeekOf(day);
  const absl::CivilMonth month(day);
  const absl::CivilYear year(day);
  switch (word) {
    case CalendarWord::kToday:
      return During(day, day + 1, event, zone);
    case CalendarWord::kYesterday:
      return During(day + 1, day + 2, event, zone);
    case CalendarWord::kThisWeek:
      return During(week, week + 7, event, zone);
    case CalendarWord::kLastWeek:
      return During(week + 7, week + 14, event, zone);
    case CalendarWord::kThisMonth:
      return During(absl::CivilDay(month), absl::CivilDay(month + 1), event,
                    zone);
    case CalendarWord::kLastMonth:
      return During(absl::CivilDay(month + 1), absl::CivilDay(month + 2), event,
                    zone);
    case CalendarWord::kThisYear:
      return During(absl::CivilDay(year), absl::CivilDay(year + 1), event,
                    zone);
    case CalendarWord::kLastYear:
      return During(absl::CivilDay(year + 1), absl::CivilDay(year + 2), event,
                    zone);
  }
  return {event, event};
}

}  // namespace

absl::TimeZone ZoneOf(const std::string& name) {
  absl::TimeZone zone = absl::UTCTimeZone();
  absl::LoadTimeZone(name, &zone);
  return zone;
}

Instant StartOfDay(absl::CivilDay day, const absl::TimeZone& zone) {
  const auto at = zone.At(absl::CivilSecond(day));
  return ToInstant(at.kind == absl::TimeZone::TimeInfo::SKIPPED ? at.trans
                                                                : at.pre);
}

Interval InsideWindow(const CompiledWindow& window, Instant event) {
  if (window.word) {
    return InsideCalendar(*window.word, event, window.time_zone);
  }
  if (event < window.from || event >= window.until) return {event, event};
  return {Plus(event, window.at_least), window.below == kLooksBackForEver
                                            ? Instant::Forever()
                                            : Plus(event, window.below)};
}

int64_t LocalDay(Instant instant, const absl::TimeZone& zone) {
  return absl::ToCivilDay(ToTime(instant), zone) - absl::CivilDay(1970, 1, 1);
}

}  // namespace audienced
