#include "daemon/ctl/text/conversion_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "daemon/ctl/text/bar.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "google/protobuf/util/time_util.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

using google::protobuf::util::TimeUtil;
using AmountList = google::protobuf::RepeatedPtrField<v1::CurrencyAmount>;
using FigureList = std::vector<const v1::ConversionFigures*>;

std::string LengthText(const google::protobuf::Duration& duration) {
  return DurationText(
      absl::Microseconds(TimeUtil::DurationToMicroseconds(duration)));
}

std::string Joined(const google::protobuf::RepeatedPtrField<std::string>& names,
                   std::string_view between) {
  std::string text;
  for (const std::string& name : names) {
    text += Concat(text.empty() ? "" : between, Printable(name));
  }
  return text;
}

std::string TwoPlaces(double number) {
  char text[64];
  std::snprintf(text, sizeof(text), "%.2f", number);
  return text;
}

// `4.32 GBP, 0.10 EUR`.
std::string AmountsText(const AmountList& amounts) {
  std::string text;
  for (const v1::CurrencyAmount& amount : amounts) {
    text += Concat(text.empty() ? "" : ", ",
                   TwoPlaces(std::strtod(amount.amount().c_str(), nullptr)),
                   amount.currency().empty() ? "" : " ",
                   Printable(amount.currency()));
  }
  return text;
}

std::string ShareText(const v1::ReachedShare& share) {
  return Concat(Grouped(share.reached_count()), " of ",
                Grouped(share.profile_count()));
}

std::string PercentOf(const v1::ReachedShare& share) {
  return share.profile_count() == 0
             ? ""
             : PercentText(share.reached_count(), share.profile_count());
}

std::string KindText(const v1::ConversionFigures& figures) {
  return EnumText(v1::ConversionFigures::Kind_Name(figures.kind()), "KIND_",
                  figures.kind());
}

std::string HeadText(const v1::ReportConversionsResponse& report) {
  const std::string days =
      Concat("conversions from ", ExactTime(report.start_time()), " to ",
             ExactTime(report.end_time()), ", days of ", report.time_zone());
  if (report.goals().empty()) {
    return Concat(days,
                  "\nno goal: the rules have no macro conversion; name one "
                  "with --goal\n\n");
  }
  const std::string goal = Joined(report.goals(), " or ");
  return Concat(days,
                "\nREACHED: of the people whose time for it is over, "
                "those with ",
                goal, " less than ", LengthText(report.within()),
                " after their first one\n\n");
}

std::string WorthTable(const v1::ReportConversionsResponse& report) {
  constexpr auto kRight = TextTable::Align::kRight;
  const bool is_given =
      std::any_of(report.conversions().begin(), report.conversions().end(),
                  [](const auto& each) { return each.has_given_worth(); });
  std::vector<TextTable::Column> columns = {
      {"CONVERSION"}, {"KIND"}, {"EVENTS", kRight}, {"PEOPLE", kRight}};
  if (!report.goals().empty()) {
    columns.insert(columns.end(), {{"REACHED", kRight},
                                   {"SHARE", kRight},
                                   {"95 %", kRight},
                                   {"LEARNED WORTH", kRight}});
  }
  if (is_given) columns.push_back({"GIVEN", kRight});
  TextTable table(std::move(columns));
  for (const v1::ConversionFigures& each : report.conversions()) {
    std::vector<std::string> cells = {
        Printable(each.conversion()), KindText(each),
        Grouped(each.event_count()), Grouped(each.profile_count())};
    if (!report.goals().empty()) {
      cells.push_back(ShareText(each.later()));
      cells.push_back(PercentOf(each.later()));
      cells.push_back(each.has_later_share()
                          ? Concat(PercentNumber(each.later_share().low()),
                                   " to ",
                                   PercentNumber(each.later_share().high()))
                          : "");
      cells.push_back(each.is_goal() ? "" : AmountsText(each.learned_worth()));
    }
    if (is_given) cells.push_back(each.given_worth());
    table.Add(std::move(cells));
  }
  return table.Take();
}

std::string GoalText(const v1::ReportConversionsResponse& report) {
  const std::string goal = Joined(report.goals(), " or ");
  if (report.goal_event_count() == 0) {
    return Concat("\nworth    nobody did ", goal, "\n");
  }
  const int64_t silent =
      report.goal_event_count() - report.goal_event_with_amount_count();
  return Concat(
      "\nworth    ",
      report.goal_worth().empty()
          ? Concat("no event of ", goal, " says an amount")
          : Concat("one ", goal, " is worth ", AmountsText(report.goal_worth()),
                   " on average, of ",
                   Grouped(report.goal_event_with_amount_count()),
                   " that say "
                   "an amount"),
      silent > 0 && !report.goal_worth().empty()
          ? Concat("; ", Grouped(silent), " say none")
          : "",
      "\n");
}

// The strongest first; behind them those of which nothing is to be told.
FigureList InOrderOfLift(const v1::ReportConversionsResponse& report) {
  FigureList figures;
  for (const v1::ConversionFigures& each : report.conversions()) {
    if (each.has_foretelling()) figures.push_back(&each);
  }
  const auto rank = [](const v1::ConversionFigures& each) {
    switch (each.foretelling().verdict()) {
      case v1::Foretelling::VERDICT_LIKELIER:
        return 0;
      case v1::Foretelling::VERDICT_UNLIKELIER:
        return 1;
      case v1::Foretelling::VERDICT_NO_DIFFERENCE:
        return 2;
      default:
        return 3;
    }
  };
  std::stable_sort(figures.begin(), figures.end(),
                   [&](const auto* left, const auto* right) {
                     if (rank(*left) != rank(*right)) {
                       return rank(*left) < rank(*right);
                     }
                     return left->foretelling().lift().value() >
                            right->foretelling().lift().value();
                   });
  return figures;
}

std::string VerdictText(v1::Foretelling::Verdict verdict) {
  switch (verdict) {
    case v1::Foretelling::VERDICT_LIKELIER:
      return "likelier";
    case v1::Foretelling::VERDICT_UNLIKELIER:
      return "less likely";
    case v1::Foretelling::VERDICT_NO_DIFFERENCE:
      return "may be chance";
    default:
      return "too few people";
  }
}

std::string ForetellingTable(const FigureList& figures) {
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"CONVERSION"},
                   {"KIND"},
                   {"DID IT", kRight},
                   {"", kRight},
                   {"DID NOT", kRight},
                   {"", kRight},
                   {"LIFT", kRight},
                   {"95 %", kRight},
                   {"WHO DID IT IS"}});
  for (const v1::ConversionFigures* each : figures) {
    const v1::Foretelling& told = each->foretelling();
    table.Add({Printable(each->conversion()), KindText(*each),
               ShareText(told.did()), PercentOf(told.did()),
               ShareText(told.did_not()), PercentOf(told.did_not()),
               told.has_lift() ? TwoPlaces(told.lift().value()) : "",
               told.has_lift() ? Concat(TwoPlaces(told.lift().low()), " to ",
                                        TwoPlaces(told.lift().high()))
                               : "",
               VerdictText(told.verdict())});
  }
  return table.Take();
}

std::string ForetellingText(const v1::ReportConversionsResponse& report) {
  const FigureList figures = InOrderOfLift(report);
  if (figures.empty()) return "";
  const std::string goal = Joined(report.goals(), " or ");
  const std::string observed = LengthText(report.observed());
  std::string text = Concat(
      "\nwhat foretells ", goal, ": people are observed for ", observed,
      " from their first event on; of those who\nhad not reached it then, ",
      "those who did in the ", LengthText(report.within()), " after that; ",
      Grouped(report.reached_early_count()), " of ",
      Grouped(report.followed_count()), " had\n\n", ForetellingTable(figures),
      "\nlikelier or not: at most 1 of 20 such findings is chance "
      "(Benjamini and Hochberg);\nit foretells, which does not say that it is "
      "the cause: a control share (holdout) tells that\n");
  const v1::ConversionFigures& strongest = *figures.front();
  if (strongest.foretelling().verdict() != v1::Foretelling::VERDICT_LIKELIER) {
    return text;
  }
  const std::string names = Joined(report.goals(), ", ");
  return Concat(text,
                "\nthe strongest as an audience:\n    who: { all: "
                "[{ did: ",
                Printable(strongest.conversion()), ", in_last: ", observed,
                " }, { did_not: ",
                report.goals_size() == 1 ? names : Concat("[", names, "]"),
                ", in_last: ", observed, " }] }\n");
}

}  // namespace

std::string ConversionTables(const v1::ReportConversionsResponse& report) {
  return Concat(HeadText(report), WorthTable(report),
                report.goals().empty() ? "" : GoalText(report), "profiles ",
                Grouped(report.profile_count()), " looked at\n",
                ForetellingText(report));
}

}  // namespace audienced
