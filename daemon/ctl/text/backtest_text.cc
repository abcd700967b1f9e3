#include "daemon/ctl/text/backtest_text.h"

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/numbers.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/span_text.h"
#include "daemon/ctl/text/text_table.h"
#include "daemon/ingest/value_json.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

std::string DayText(absl::CivilDay day) {
  char text[32];
  std::snprintf(text, sizeof(text), "%04d-%02d-%02d",
                static_cast<int>(day.year()), day.month(), day.day());
  return text;
}

// A bar of `size` where `most` fills the width.
std::string Bar(int64_t size, int64_t most, bool utf8) {
  constexpr int64_t kWidth = 40;
  if (size <= 0 || most <= 0) return "";
  if (!utf8) {
    return std::string(std::max<int64_t>(1, size * kWidth / most), '#');
  }
  constexpr std::string_view kEighths[] = {"",  "▏", "▎", "▍",
                                           "▌", "▋", "▊", "▉"};
  const int64_t eighths = std::max<int64_t>(1, size * kWidth * 8 / most);
  std::string bar;
  for (int64_t i = 0; i < eighths / 8; ++i) bar += "█";
  return bar.append(kEighths[eighths % 8]);
}

bool HasHeldOut(const BacktestReport& report) {
  return report.held_out.entries > 0 ||
         std::any_of(report.days.begin(), report.days.end(),
                     [](const BacktestDay& day) { return day.held_out > 0; });
}

std::string DaysTable(const BacktestReport& report, bool utf8) {
  constexpr auto kRight = TextTable::Align::kRight;
  const bool has_held_out = HasHeldOut(report);
  std::vector<TextTable::Column> columns = {{"DAY"}, {"SIZE", kRight}};
  if (has_held_out) columns.push_back({"HELD OUT", kRight});
  columns.push_back({"ENTRIES", kRight});
  columns.push_back({"EXITS", kRight});
  columns.push_back({""});
  TextTable table(std::move(columns));
  int64_t most = 0;
  for (const BacktestDay& day : report.days) most = std::max(most, day.size);
  for (const BacktestDay& day : report.days) {
    std::vector<std::string> cells = {DayText(day.day), Grouped(day.size)};
    if (has_held_out) cells.push_back(Grouped(day.held_out));
    cells.push_back(Grouped(day.entries));
    cells.push_back(Grouped(day.exits));
    cells.push_back(Bar(day.size, most, utf8));
    table.Add(std::move(cells));
  }
  return table.Take();
}

std::string StaysText(const BacktestStays& stays) {
  std::string text = Concat(Grouped(stays.ended), " ended");
  if (stays.ended > 0) {
    text += Concat(", median ", DurationText(stays.lengths.median),
                   " (quartiles ", DurationText(stays.lengths.first), " and ",
                   DurationText(stays.lengths.third), ")");
  }
  return Concat(text, "; ", Grouped(stays.running),
                " still running, not counted in these");
}

// `12 of 100 (12.0 %)`
std::string ShareText(const BacktestConversion& conversion) {
  if (conversion.entries == 0) return "0 of 0";
  return Concat(Grouped(conversion.reached), " of ",
                Grouped(conversion.entries), " (",
                PercentText(conversion.reached, conversion.entries), ")");
}

std::string GoalText(const BacktestResult& result) {
  if (result.goal.empty()) {
    return "goal     none: the rules have no macro conversion; name one with "
           "--goal\n";
  }
  const BacktestReport& report = result.report;
  const bool has_held_out = HasHeldOut(report);
  std::string text = Concat(
      "goal     ", ShareText(report.published), " entries reached ",
      Joined(result.goal, " or "), " within ", DurationText(result.within),
      has_held_out
          ? Concat("; of the control share ", ShareText(report.held_out))
          : "",
      "\n");
  if (report.recent_entries > 0) {
    text += Concat("         ", Grouped(report.recent_entries),
                   " entries whose time is not over are left out\n");
  }
  return text;
}

std::string PeopleText(const Share& share) {
  return Concat(Grouped(share.reached), " of ", Grouped(share.people), " (",
                PercentText(share.reached, share.people), ")");
}

std::string EffectText(const HoldoutEffect& effect) {
  std::string text = Concat(
      "effect   of people who entered for the first time: of those published ",
      PeopleText(effect.published),
      " reached it, of the\n         "
      "control share ",
      PeopleText(effect.held_out));
  if (effect.lift) {
    text +=
        Concat(": ", NumberText("%.2f", effect.lift->value),
               " times as likely (95 %: ", NumberText("%.2f", effect.lift->low),
               " to ", NumberText("%.2f", effect.lift->high), ")");
  }
  text += Concat("; by chance alone: ", ChanceText(effect.chance), "\n");
  if (effect.split_chance < 0.001) {
    text +=
        "         the control share is not as large as the rules say: events "
        "of one of the two\n         are missing, or it was another for a "
        "while, so trust nothing of this\n";
  }
  return text;
}

std::string ShareJson(const Share& share) {
  return Concat("{\"people\":", std::to_string(share.people),
                ",\"reached\":", std::to_string(share.reached), "}");
}

std::string EffectJson(const HoldoutEffect& effect) {
  std::string text =
      Concat(",\"effect\":{\"published\":", ShareJson(effect.published),
             ",\"held_out\":", ShareJson(effect.held_out));
  if (effect.lift) {
    text += Concat(",\"lift\":", NumberText("%.6g", effect.lift->value),
                   ",\"lift_low\":", NumberText("%.6g", effect.lift->low),
                   ",\"lift_high\":", NumberText("%.6g", effect.lift->high));
  }
  return Concat(text, ",\"chance\":", NumberText("%.6g", effect.chance),
                ",\"split_chance\":", NumberText("%.6g", effect.split_chance),
                "}");
}

std::string ConversionJson(const BacktestConversion& conversion) {
  return Concat("{\"entries\":", std::to_string(conversion.entries),
                ",\"reached\":", std::to_string(conversion.reached), "}");
}

std::string TextAsJson(std::string_view text) { return ToJson(Value(text)); }

std::string StaysJson(const BacktestStays& stays) {
  std::string text = Concat("{\"ended\":", std::to_string(stays.ended),
                            ",\"running\":", std::to_string(stays.running));
  if (stays.ended > 0) {
    text += Concat(
        ",\"first_quartile_seconds\":", SecondsText(stays.lengths.first),
        ",\"median_seconds\":", SecondsText(stays.lengths.median),
        ",\"third_quartile_seconds\":", SecondsText(stays.lengths.third));
  }
  return Concat(text, "}");
}

std::string DayJson(const BacktestDay& day) {
  return Concat("{\"day\":\"", DayText(day.day),
                "\",\"size\":", std::to_string(day.size),
                ",\"held_out\":", std::to_string(day.held_out),
                ",\"entries\":", std::to_string(day.entries),
                ",\"exits\":", std::to_string(day.exits), "}");
}

}  // namespace

std::string BacktestTable(const BacktestResult& result, bool utf8) {
  const BacktestReport& report = result.report;
  return Concat(
      Printable(result.audience), " from ", TimestampText(result.since), " to ",
      TimestampText(result.until), ", days of ", result.time_zone,
      "\nover the histories as they are known now, late events at their own "
      "time\n\n",
      DaysTable(report, utf8), "\nprofiles ", Grouped(report.profiles),
      " looked at, ", Grouped(report.size_before),
      " were in before the first day\nentries  ", Grouped(report.entries),
      " by ", Grouped(report.entered_profiles), " profiles; ",
      Grouped(report.exits), " exits\nstays    ", StaysText(report.stays), "\n",
      GoalText(result), report.effect ? EffectText(*report.effect) : "");
}

std::string BacktestJson(const BacktestResult& result) {
  const BacktestReport& report = result.report;
  std::string goal;
  for (const std::string& name : result.goal) {
    goal += Concat(goal.empty() ? "" : ",", TextAsJson(name));
  }
  std::string days;
  for (const BacktestDay& day : report.days) {
    days += Concat(days.empty() ? "\n  " : ",\n  ", DayJson(day));
  }
  return Concat(
      "{\"audience\":", TextAsJson(result.audience),
      ",\"time_zone\":", TextAsJson(result.time_zone),
      ",\"since\":", TextAsJson(TimestampText(result.since)),
      ",\"until\":", TextAsJson(TimestampText(result.until)),
      ",\"profiles\":", std::to_string(report.profiles),
      ",\"size_before\":", std::to_string(report.size_before),
      ",\"entries\":", std::to_string(report.entries),
      ",\"exits\":", std::to_string(report.exits),
      ",\"entered_profiles\":", std::to_string(report.entered_profiles),
      ",\"stays\":", StaysJson(report.stays), ",\"goal\":[", goal,
      "],\"within_seconds\":", SecondsText(result.within),
      ",\"published\":", ConversionJson(report.published),
      ",\"held_out\":", ConversionJson(report.held_out),
      ",\"recent_entries\":", std::to_string(report.recent_entries),
      report.effect ? EffectJson(*report.effect) : "", ",\"days\":[", days,
      "\n]}\n");
}

std::string BacktestCsv(const BacktestResult& result) {
  std::string text = "day,size,held_out,entries,exits\n";
  for (const BacktestDay& day : result.report.days) {
    text +=
        Concat(DayText(day.day), ",", std::to_string(day.size), ",",
               std::to_string(day.held_out), ",", std::to_string(day.entries),
               ",", std::to_string(day.exits), "\n");
  }
  return text;
}

}  // namespace audienced
