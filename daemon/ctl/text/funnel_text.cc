#include "daemon/ctl/text/funnel_text.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "daemon/ctl/text/bar.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "google/protobuf/util/time_util.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

using google::protobuf::util::TimeUtil;

absl::Duration LengthOf(const google::protobuf::Duration& duration) {
  return absl::Microseconds(TimeUtil::DurationToMicroseconds(duration));
}

// To what people compare by: `2d5h`, `3h12m`, `40s`.
std::string RoughText(const google::protobuf::Duration& duration) {
  absl::Duration length = LengthOf(duration);
  if (length >= absl::Hours(24)) {
    length = absl::Trunc(length, absl::Hours(1));
  } else if (length >= absl::Hours(1)) {
    length = absl::Trunc(length, absl::Minutes(1));
  }
  return DurationText(length);
}

std::string SecondsText(const google::protobuf::Duration& duration) {
  return std::to_string(TimeUtil::DurationToSeconds(duration));
}

// Where more were lost than anywhere else; null where nobody was.
const v1::FunnelRung* LargestDrop(const v1::ReportFunnelResponse& report) {
  const v1::FunnelRung* largest = nullptr;
  for (int i = 0; i + 1 < report.rungs_size(); ++i) {
    const v1::FunnelRung& rung = report.rungs(i);
    if (rung.stopped_count() > (largest ? largest->stopped_count() : 0)) {
      largest = &rung;
    }
  }
  return largest;
}

std::string HeadText(const v1::ReportFunnelResponse& report) {
  return Concat(
      Printable(report.ladder()), " from ", ExactTime(report.start_time()),
      " to ", ExactTime(report.end_time()), ", days of ", report.time_zone(),
      "\nby the longest run up the ladder of each person",
      report.has_all_within()
          ? Concat(", all within ", DurationText(LengthOf(report.all_within())),
                   " of the first rung")
          : "",
      "\n\n");
}

std::string RungsTable(const v1::ReportFunnelResponse& report, bool utf8) {
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"RUNG"},
                   {"PEOPLE", kRight},
                   {"OF FIRST", kRight},
                   {"OF PREVIOUS", kRight},
                   {"STOPPED", kRight},
                   {"MAY GO ON", kRight},
                   {"MEDIAN STEP", kRight},
                   {"FROM FIRST", kRight},
                   {""}});
  const int64_t first = report.rungs(0).reached_count();
  int64_t previous = first;
  for (int i = 0; i < report.rungs_size(); ++i) {
    const v1::FunnelRung& rung = report.rungs(i);
    const int64_t reached = rung.reached_count();
    const bool is_last = i + 1 == report.rungs_size();
    table.Add(
        {Printable(rung.conversion()), Grouped(reached),
         first > 0 ? PercentText(reached, first) : "",
         i > 0 && previous > 0 ? PercentText(reached, previous) : "",
         is_last ? "" : Grouped(rung.stopped_count()),
         is_last || !report.has_all_within() ? ""
                                             : Grouped(rung.under_way_count()),
         rung.has_from_previous() ? RoughText(rung.from_previous().median())
                                  : "",
         rung.has_from_first() ? RoughText(rung.from_first().median()) : "",
         Bar(reached, first, utf8)});
    previous = reached;
  }
  return table.Take();
}

std::string DropText(const v1::ReportFunnelResponse& report) {
  const v1::FunnelRung* drop = LargestDrop(report);
  if (drop == nullptr) return "";
  const std::string within =
      report.has_all_within()
          ? DurationText(LengthOf(report.all_within()))
          : DurationText(LengthOf(report.end_time() - report.start_time()));
  return Concat(
      "\nmost stop at ", Printable(drop->conversion()), ": ",
      Grouped(drop->stopped_count()), " of ", Grouped(drop->reached_count()),
      " (", PercentText(drop->stopped_count(), drop->reached_count()),
      "); as an audience:\n    who: { on_rung: { ladder: ",
      Printable(report.ladder()), ", rung: ", Printable(drop->conversion()),
      ", in_last: ", within, " } }\n");
}

}  // namespace

std::string FunnelTable(const v1::ReportFunnelResponse& report, bool utf8) {
  if (report.rungs().empty()) return "";
  return Concat(HeadText(report), RungsTable(report, utf8), "\nprofiles ",
                Grouped(report.profile_count()), " looked at\n",
                DropText(report));
}

std::string FunnelCsv(const v1::ReportFunnelResponse& report) {
  std::string text =
      "rung,reached,stopped,under_way,from_previous_median_seconds,"
      "from_first_median_seconds\n";
  for (const v1::FunnelRung& rung : report.rungs()) {
    text += Concat(
        rung.conversion(), ",", std::to_string(rung.reached_count()), ",",
        std::to_string(rung.stopped_count()), ",",
        std::to_string(rung.under_way_count()), ",",
        rung.has_from_previous() ? SecondsText(rung.from_previous().median())
                                 : "",
        ",",
        rung.has_from_first() ? SecondsText(rung.from_first().median()) : "",
        "\n");
  }
  return text;
}

}  // namespace audienced
