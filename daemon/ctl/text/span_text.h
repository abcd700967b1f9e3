#ifndef AUDIENCED_DAEMON_CTL_TEXT_SPAN_TEXT_H_
#define AUDIENCED_DAEMON_CTL_TEXT_SPAN_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "rules/source/message.h"

// When a report is of, and how long things took, as people read it.

namespace audienced {

// `2026-03-01 09:30`, in the time zone of that name.
std::string LocalTimeText(const google::protobuf::Timestamp& time,
                          const std::string& time_zone);

absl::Duration LengthOf(const google::protobuf::Duration& duration);
// `1d12h`: exactly.
std::string LengthText(const google::protobuf::Duration& duration);
// To what people compare by: `2d5h`, `3h12m`, `40s`.
std::string RoughLengthText(const google::protobuf::Duration& duration);

// For programs: seconds, with six places.
std::string SecondsText(absl::Duration duration);

// `from 2026-03-01 00:00 to 2026-03-31 09:30, Europe/London`.
template <typename Report>
std::string SpanText(const Report& report) {
  return Concat("from ", LocalTimeText(report.start_time(), report.time_zone()),
                " to ", LocalTimeText(report.end_time(), report.time_zone()),
                ", ", report.time_zone());
}

// That the events begin later than what was asked for, by an hour or more, as a
// line; empty where they do not.
template <typename Report>
std::string MissingEventsText(const Report& report) {
  if (!report.has_first_event_time()) return "there are no events\n";
  const auto& first = report.first_event_time();
  if (first.seconds() < report.start_time().seconds() + 3600) return "";
  return Concat("the events begin ", LocalTimeText(first, report.time_zone()),
                "; of the time before there are none\n");
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_SPAN_TEXT_H_
