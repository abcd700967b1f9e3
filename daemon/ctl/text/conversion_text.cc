#include "daemon/ctl/text/conversion_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "daemon/ctl/export/format/csv_row.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/numbers.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/span_text.h"
#include "daemon/ctl/text/text_table.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

using AmountList = google::protobuf::RepeatedPtrField<v1::CurrencyAmount>;
using FigureList = std::vector<const v1::ConversionFigures*>;

// `4.32 GBP + 0.10 EUR`.
std::string AmountsText(const AmountList& amounts) {
  std::string text;
  for (const v1::CurrencyAmount& amount : amounts) {
    text += Concat(
        text.empty() ? "" : " + ",
        NumberText("%.2f", std::strtod(amount.amount().c_str(), nullptr)),
        amount.currency().empty() ? "" : " ", Printable(amount.currency()));
  }
  return text;
}

std::string ShareText(const v1::ReachedShare& share) {
  return Concat(Grouped(share.reached_count()), " of ",
                Grouped(share.profile_count()));
}

std::string PercentOf(const v1::ReachedShare& share) {
  return PercentText(share.reached_count(), share.profile_count());
}

std::string KindText(const v1::ConversionFigures& figures) {
  return EnumText(v1::ConversionFigures::Kind_Name(figures.kind()), "KIND_",
                  figures.kind());
}

std::string HeadText(const v1::ReportConversionsResponse& report) {
  const std::string head = Concat("conversions ", SpanText(report));
  if (report.goals().empty()) {
    return Concat(head,
                  "\nno goal: the rules have no macro conversion; name one "
                  "with --goal\n\n");
  }
  const std::string within = LengthText(report.within());
  return Concat(head, "\nREACHED: who came to ", Joined(report.goals(), " or "),
                " less than ", within,
                " after their first one, of the people whose ", within,
                " are over\n\n");
}

std::string GivenText(const v1::ConversionFigures& figures) {
  return figures.worth_is_learned() ? "learned" : figures.given_worth();
}

std::string WorthTable(const v1::ReportConversionsResponse& report) {
  constexpr auto kRight = TextTable::Align::kRight;
  const bool is_given =
      std::any_of(report.conversions().begin(), report.conversions().end(),
                  [](const auto& each) { return !GivenText(each).empty(); });
  std::vector<TextTable::Column> columns = {
      {"CONVERSION"}, {"KIND"}, {"EVENTS", kRight}, {"PEOPLE", kRight}};
  if (!report.goals().empty()) {
    columns.insert(columns.end(), {{"REACHED", kRight},
                                   {"SHARE", kRight},
                                   {"95 %", kRight},
                                   {"LEARNED WORTH", kRight}});
  }
  if (is_given) columns.push_back({"IN RULES", kRight});
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
    if (is_given) cells.push_back(GivenText(each));
    table.Add(std::move(cells));
  }
  return table.Take();
}

std::string GoalText(const v1::ReportConversionsResponse& report) {
  const std::string goal = Joined(report.goals(), " or ");
  if (report.goal_event_count() == 0) {
    return Concat("no ", goal, " in that time\n");
  }
  const int64_t silent =
      report.goal_event_count() - report.goal_event_with_amount_count();
  if (report.goal_worth().empty()) {
    return Concat("no ", goal, " of ", Grouped(report.goal_event_count()),
                  " says an amount, so nothing is worth any\n");
  }
  return Concat(
      "one ", goal, " is worth ", AmountsText(report.goal_worth()),
      ", the mean of ", Grouped(report.goal_event_with_amount_count()),
      silent > 0 ? Concat("; ", Grouped(silent), " more say no amount") : "",
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
                     return left->foretelling().lift().low() >
                            right->foretelling().lift().low();
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
      return "no difference known";
    default:
      return "nothing known";
  }
}

std::string ForetellingTable(const FigureList& figures) {
  constexpr auto kRight = TextTable::Align::kRight;
  TextTable table({{"CONVERSION"},
                   {"DID IT", kRight},
                   {"", kRight},
                   {"DID NOT", kRight},
                   {"", kRight},
                   {"LIFT", kRight},
                   {"95 %", kRight},
                   {"BY CHANCE", kRight},
                   {"WHO DID IT IS"}});
  for (const v1::ConversionFigures* each : figures) {
    const v1::Foretelling& told = each->foretelling();
    const v1::Estimate& lift = told.lift();
    table.Add({Printable(each->conversion()), ShareText(told.did()),
               PercentOf(told.did()), ShareText(told.did_not()),
               PercentOf(told.did_not()),
               told.has_lift() ? NumberText("%.2f", lift.value()) : "",
               told.has_lift() ? Concat(NumberText("%.2f", lift.low()), " to ",
                                        NumberText("%.2f", lift.high()))
                               : "",
               told.verdict() == v1::Foretelling::VERDICT_NOBODY
                   ? ""
                   : ChanceText(told.false_discovery_rate()),
               VerdictText(told.verdict())});
  }
  return table.Take();
}

// The strongest that makes the goal likelier: a sign of interest rather than a
// step on the way, of which everybody knows. Null: there is none.
const v1::ConversionFigures* Strongest(const FigureList& figures) {
  const v1::ConversionFigures* found = nullptr;
  for (const v1::ConversionFigures* each : figures) {
    if (each->foretelling().verdict() != v1::Foretelling::VERDICT_LIKELIER) {
      continue;
    }
    if (each->kind() == v1::ConversionFigures::KIND_SECONDARY) return each;
    if (found == nullptr) found = each;
  }
  return found;
}

std::string AudienceText(const v1::ReportConversionsResponse& report,
                         const FigureList& figures) {
  const v1::ConversionFigures* strongest = Strongest(figures);
  if (strongest == nullptr) return "";
  const std::string name = Printable(strongest->conversion());
  const std::string observed = LengthText(report.observed());
  const std::string names = Joined(report.goals(), ", ");
  return Concat("\nan audience of who did ", name, " in the last ", observed,
                ", and not yet ", Joined(report.goals(), " or "),
                ":\n    who: { all: [{ did: ", name, ", in_last: ", observed,
                " }, { did_not: ",
                report.goals_size() == 1 ? names : Concat("[", names, "]"),
                ", in_last: ", observed, " }] }\n");
}

std::string ForetellingText(const v1::ReportConversionsResponse& report) {
  const FigureList figures = InOrderOfLift(report);
  if (figures.empty()) return "";
  const std::string goal = Joined(report.goals(), " or ");
  const std::string observed = LengthText(report.observed());
  const std::string within = LengthText(report.within());
  if (report.followed_count() == 0) {
    return Concat("\nwhat foretells ", goal,
                  " is not known: nobody was observed "
                  "for ",
                  observed, " and followed for ", within, " after that yet\n");
  }
  return Concat(
      "\nwhat foretells ", goal, ": ", Grouped(report.followed_count()),
      " people were observed for ", observed,
      " from their first event in that time on;\n",
      Grouped(report.reached_early_count()), " came to ", goal,
      " by then and are left out; of the others ",
      ShareText(report.afterwards()), " came to it in the ", within,
      " after that (", PercentOf(report.afterwards()), ")\n\n",
      ForetellingTable(figures),
      "\nBY CHANCE: of all rows below 0.05, on average at most 1 of 20 is "
      "chance (Benjamini and Hochberg).\nThey say what to expect, not what is "
      "the cause; a control share (holdout) tells that.\n",
      AudienceText(report, figures));
}

using Row = std::vector<std::string>;

std::string NumberOrNothing(bool is_there, double number) {
  return is_there ? NumberText("%.6g", number) : "";
}

void AddCells(const v1::ReachedShare& share, Row& cells) {
  cells.push_back(std::to_string(share.reached_count()));
  cells.push_back(std::to_string(share.profile_count()));
}

void AddCells(bool is_there, const v1::Estimate& estimate, Row& cells) {
  for (const double number :
       {estimate.value(), estimate.low(), estimate.high()}) {
    cells.push_back(NumberOrNothing(is_there, number));
  }
}

Row CellsOf(const v1::ConversionFigures& figures) {
  const v1::Foretelling& told = figures.foretelling();
  const bool is_told = figures.has_foretelling();
  Row cells = {figures.conversion(), KindText(figures),
               std::to_string(figures.event_count()),
               std::to_string(figures.profile_count())};
  AddCells(figures.later(), cells);
  AddCells(figures.has_later_share(), figures.later_share(), cells);
  cells.push_back(AmountsText(figures.learned_worth()));
  cells.push_back(GivenText(figures));
  AddCells(told.did(), cells);
  AddCells(told.did_not(), cells);
  AddCells(told.has_lift(), told.lift(), cells);
  cells.push_back(NumberOrNothing(is_told, told.chance()));
  cells.push_back(NumberOrNothing(is_told, told.false_discovery_rate()));
  cells.push_back(is_told ? VerdictText(told.verdict()) : "");
  return cells;
}

}  // namespace

std::string ConversionTables(const v1::ReportConversionsResponse& report) {
  return Concat(HeadText(report), WorthTable(report), "\n",
                Grouped(report.profile_count()), " profiles looked at\n",
                MissingEventsText(report),
                report.goals().empty() ? "" : GoalText(report),
                ForetellingText(report));
}

std::string ConversionCsv(const v1::ReportConversionsResponse& report) {
  std::string text =
      "conversion,kind,events,people,reached,followed,share,share_low,"
      "share_high,learned_worth,worth_in_rules,did_reached,did,"
      "did_not_reached,did_not,lift,lift_low,lift_high,chance,"
      "false_discovery_rate,verdict\n";
  for (const v1::ConversionFigures& each : report.conversions()) {
    text += Concat(CsvRow(CellsOf(each)), "\n");
  }
  return text;
}

}  // namespace audienced
