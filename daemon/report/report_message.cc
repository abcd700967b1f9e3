#include "daemon/report/report_message.h"

#include <map>
#include <string>
#include <vector>

#include "google/protobuf/util/time_util.h"
#include "rules/report/goal.h"

namespace audienced {
namespace {

using google::protobuf::util::TimeUtil;
using AmountList = google::protobuf::RepeatedPtrField<v1::CurrencyAmount>;

google::protobuf::Duration ToMessage(absl::Duration duration) {
  return TimeUtil::MicrosecondsToDuration(absl::ToInt64Microseconds(duration));
}

google::protobuf::Timestamp ToMessage(Instant instant) {
  return TimeUtil::MicrosecondsToTimestamp(instant.micros);
}

void Fill(const Quartiles& quartiles, v1::Quartiles& into) {
  *into.mutable_first() = ToMessage(quartiles.first);
  *into.mutable_median() = ToMessage(quartiles.median);
  *into.mutable_third() = ToMessage(quartiles.third);
}

void Fill(const Share& share, v1::ReachedShare& into) {
  into.set_reached_count(share.reached);
  into.set_profile_count(share.people);
}

void Fill(const Estimate& estimate, v1::Estimate& into) {
  into.set_value(estimate.value);
  into.set_low(estimate.low);
  into.set_high(estimate.high);
}

void Fill(const std::map<std::string, Decimal>& amounts, AmountList& into) {
  for (const auto& [currency, amount] : amounts) {
    v1::CurrencyAmount& one = *into.Add();
    one.set_currency(currency);
    one.set_amount(ToText(amount));
  }
}

// What both reports tell: of when, and of whom.
template <typename Report, typename Response>
void FillSpan(const PastSpan& span, const std::string& time_zone,
              const Report& report, Response& into) {
  into.set_time_zone(time_zone);
  *into.mutable_start_time() = ToMessage(span.since);
  *into.mutable_end_time() = ToMessage(span.until);
  *into.mutable_known_until_time() = ToMessage(span.known_until);
  into.set_profile_count(report.profiles);
  if (report.first_event != Instant::Forever()) {
    *into.mutable_first_event_time() = ToMessage(report.first_event);
  }
}

v1::Foretelling::Verdict ToVerdict(Foretelling::Verdict verdict) {
  switch (verdict) {
    case Foretelling::Verdict::kNobody:
      return v1::Foretelling::VERDICT_NOBODY;
    case Foretelling::Verdict::kNoDifference:
      return v1::Foretelling::VERDICT_NO_DIFFERENCE;
    case Foretelling::Verdict::kLikelier:
      return v1::Foretelling::VERDICT_LIKELIER;
    case Foretelling::Verdict::kUnlikelier:
      return v1::Foretelling::VERDICT_UNLIKELIER;
  }
  return v1::Foretelling::VERDICT_UNSPECIFIED;
}

void Fill(const Foretelling& foretelling, v1::Foretelling& into) {
  Fill(foretelling.did, *into.mutable_did());
  Fill(foretelling.did_not, *into.mutable_did_not());
  if (foretelling.lift) Fill(*foretelling.lift, *into.mutable_lift());
  into.set_chance(foretelling.chance);
  into.set_false_discovery_rate(foretelling.false_discovery_rate);
  into.set_verdict(ToVerdict(foretelling.verdict));
}

v1::ConversionFigures::Kind ToKind(const Conversion& conversion) {
  if (conversion.kind == ConversionKind::kMacro) {
    return v1::ConversionFigures::KIND_MACRO;
  }
  switch (conversion.role) {
    case ConversionRole::kNone:
      return v1::ConversionFigures::KIND_MICRO;
    case ConversionRole::kProcess:
      return v1::ConversionFigures::KIND_PROCESS;
    case ConversionRole::kSecondary:
      return v1::ConversionFigures::KIND_SECONDARY;
  }
  return v1::ConversionFigures::KIND_UNSPECIFIED;
}

// Those of one conversion.
void Fill(const Rulebook& rules, const ConversionQuestion& question,
          const ConversionReport& report, size_t number,
          v1::ConversionFigures& into) {
  const ConversionFigures& figures = report.conversions[number];
  const Conversion& conversion = rules.conversions[number];
  into.set_conversion(conversion.name);
  into.set_kind(ToKind(conversion));
  into.set_event_count(figures.events);
  into.set_profile_count(figures.profiles);
  if (conversion.worth && conversion.worth->learned) {
    into.set_worth_is_learned(true);
  } else if (conversion.worth) {
    into.set_given_worth(ToText(conversion.worth->amount));
  }
  if (question.goal.empty()) return;
  Fill(figures.later, *into.mutable_later());
  if (figures.later.people > 0) {
    Fill(WithInterval(figures.later), *into.mutable_later_share());
  }
  into.set_is_goal(question.IsGoal(number));
  if (into.is_goal()) return;
  if (figures.later.people > 0) {
    Fill(report.LearnedWorth(number), *into.mutable_learned_worth());
  }
  Fill(figures.foretelling, *into.mutable_foretelling());
}

}  // namespace

void FillFunnel(const Rulebook& rules, const FunnelQuestion& question,
                const FunnelReport& report, v1::ReportFunnelResponse& into) {
  const Ladder& ladder = rules.ladders[question.ladder];
  FillSpan(question.span, TimeZoneOf(rules, ladder), report, into);
  into.set_ladder(ladder.name);
  if (ladder.all_within) {
    *into.mutable_all_within() = ToMessage(*ladder.all_within);
  }
  const std::vector<size_t> conversions = RungsOf(rules, ladder);
  for (size_t i = 0; i < report.rungs.size(); ++i) {
    const FunnelRung& rung = report.rungs[i];
    v1::FunnelRung& told = *into.add_rungs();
    told.set_conversion(rules.conversions[conversions[i]].name);
    told.set_reached_count(rung.reached);
    told.set_stopped_count(rung.stopped);
    told.set_under_way_count(rung.under_way);
    told.set_settled_count(rung.settled);
    if (i == 0 || rung.reached == 0) continue;
    Fill(rung.from_previous, *told.mutable_from_previous());
    Fill(rung.from_first, *told.mutable_from_first());
  }
}

void FillEffect(const HoldoutEffect& effect, v1::HoldoutEffect& into) {
  Fill(effect.published, *into.mutable_published());
  Fill(effect.held_out, *into.mutable_held_out());
  if (effect.lift) Fill(*effect.lift, *into.mutable_lift());
  into.set_chance(effect.chance);
  into.set_split_chance(effect.split_chance);
}

void FillConversions(const Rulebook& rules, const ConversionQuestion& question,
                     const ConversionReport& report,
                     v1::ReportConversionsResponse& into) {
  FillSpan(question.span, TimeZoneOf(rules, question.goal), report, into);
  for (const size_t goal : question.goal) {
    into.add_goals(rules.conversions[goal].name);
  }
  *into.mutable_within() = ToMessage(question.within);
  *into.mutable_observed() = ToMessage(question.observed);
  into.set_goal_event_count(report.goal_events);
  into.set_goal_event_with_amount_count(report.goal_events_with_amount);
  Fill(report.goal_worth, *into.mutable_goal_worth());
  if (!question.goal.empty()) {
    into.set_followed_count(report.followed);
    into.set_reached_early_count(report.reached_early);
    Fill(report.afterwards, *into.mutable_afterwards());
  }
  for (size_t i = 0; i < report.conversions.size(); ++i) {
    Fill(rules, question, report, i, *into.add_conversions());
  }
}

}  // namespace audienced
