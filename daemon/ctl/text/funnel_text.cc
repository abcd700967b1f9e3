#include "daemon/ctl/text/funnel_text.h"

#include <cstdint>

#include "daemon/ctl/text/numbers.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/span_text.h"
#include "daemon/ctl/text/text_table.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

std::string RungsTable(const v1::ReportFunnelResponse& report) {
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"RUNG"},
                   {"PEOPLE", kRight},
                   {"STOPPED", kRight},
                   {"MAY GO ON", kRight},
                   {"OF FIRST", kRight},
                   {"OF PREVIOUS", kRight},
                   {"MEDIAN STEP", kRight},
                   {"FROM FIRST", kRight}});
  const int64_t first = report.rungs(0).settled_count();
  int64_t previous = 0;
  for (int i = 0; i < report.rungs_size(); ++i) {
    const v1::FunnelRung& rung = report.rungs(i);
    const bool is_last = i + 1 == report.rungs_size();
    table.Add({Printable(rung.conversion()), Grouped(rung.reached_count()),
               is_last ? "" : Grouped(rung.stopped_count()),
               is_last ? "" : Grouped(rung.under_way_count()),
               PercentText(rung.settled_count(), first),
               i == 0 ? "" : PercentText(rung.settled_count(), previous),
               rung.has_from_previous()
                   ? RoughLengthText(rung.from_previous().median())
                   : "",
               rung.has_from_first()
                   ? RoughLengthText(rung.from_first().median())
                   : ""});
    previous = rung.settled_count();
  }
  return table.Take();
}

// What is to be known of the percentages.
std::string RemarkText(const v1::ReportFunnelResponse& report) {
  if (!report.has_all_within()) {
    return "the ladder has no all_within: anybody may still go on, so a later "
           "time looks worse than\nan earlier one\n";
  }
  const v1::FunnelRung& first = report.rungs(0);
  const int64_t recent = first.reached_count() - first.settled_count();
  if (recent == 0) return "";
  return Concat("percentages leave out ", Grouped(recent),
                " people of whose runs none is ",
                LengthText(report.all_within()),
                " old: they can be compared with\nthose of another time\n");
}

// Of the rungs where people were lost, the one where most of those who came
// there were; the first only where there is no other, for most never go on.
const v1::FunnelRung& WhereToReach(const v1::ReportFunnelResponse& report) {
  const auto share = [](const v1::FunnelRung& rung) {
    return rung.reached_count() == 0
               ? 0.0
               : static_cast<double>(rung.stopped_count()) /
                     static_cast<double>(rung.reached_count());
  };
  const v1::FunnelRung* found = &report.rungs(0);
  for (int i = 1; i + 1 < report.rungs_size(); ++i) {
    const v1::FunnelRung& rung = report.rungs(i);
    if (found == &report.rungs(0) || share(rung) > share(*found)) {
      found = &rung;
    }
  }
  return *found;
}

std::string AudienceText(const v1::ReportFunnelResponse& report) {
  const std::string rung = Printable(WhereToReach(report).conversion());
  const std::string in_last =
      report.has_all_within() ? LengthText(report.all_within()) : "30d";
  return Concat("\nan audience of who stopped at ", rung, " in the last ",
                in_last,
                ":\n    who: { on_rung: { ladder: ", Printable(report.ladder()),
                ", rung: ", rung, ", in_last: ", in_last, " } }\n");
}

}  // namespace

std::string FunnelTable(const v1::ReportFunnelResponse& report) {
  if (report.rungs().empty()) return "";
  const std::string head = Concat(
      Printable(report.ladder()), " ", SpanText(report),
      "\neach person by the longest run up the ladder that began in that time",
      report.has_all_within()
          ? Concat(", all within ", LengthText(report.all_within()))
          : "",
      "\n\n");
  const std::string table = RungsTable(report);
  const std::string profiles =
      Concat("\n", Grouped(report.profile_count()), " profiles looked at\n",
             MissingEventsText(report));
  if (report.rungs(0).reached_count() == 0) {
    return Concat(head, table, profiles, "nobody was on the first rung\n");
  }
  return Concat(head, table, profiles, RemarkText(report),
                report.rungs_size() > 1 ? AudienceText(report) : "");
}

std::string FunnelCsv(const v1::ReportFunnelResponse& report) {
  std::string text =
      "rung,reached,stopped,under_way,settled,from_previous_median_seconds,"
      "from_first_median_seconds\n";
  for (const v1::FunnelRung& rung : report.rungs()) {
    text += Concat(rung.conversion(), ",", std::to_string(rung.reached_count()),
                   ",", std::to_string(rung.stopped_count()), ",",
                   std::to_string(rung.under_way_count()), ",",
                   std::to_string(rung.settled_count()), ",",
                   rung.has_from_previous()
                       ? SecondsText(LengthOf(rung.from_previous().median()))
                       : "",
                   ",",
                   rung.has_from_first()
                       ? SecondsText(LengthOf(rung.from_first().median()))
                       : "",
                   "\n");
  }
  return text;
}

}  // namespace audienced
