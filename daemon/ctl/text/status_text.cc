#include "daemon/ctl/text/status_text.h"

#include <algorithm>
#include <cstdint>

#include "absl/time/time.h"
#include "audienced/v1/error_reason.pb.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

// Rows of a table that fit the screen; what is left is told in a line.
constexpr int kRowLimit = 20;

// `key         value`.
std::string Line(const std::string& key, const std::string& value) {
  constexpr size_t kWidth = 12;
  std::string line = key;
  line.resize(std::max(kWidth, key.size() + 1), ' ');
  return Concat(line, value, "\n");
}

// `250ms`, `14s`, `2h5m`.
std::string SpanText(const google::protobuf::Duration& span) {
  const absl::Duration duration =
      absl::Seconds(span.seconds()) + absl::Nanoseconds(span.nanos());
  if (duration >= absl::Seconds(1)) return DurationText(duration);
  return Concat(std::to_string(absl::ToInt64Milliseconds(duration)), "ms");
}

std::string RunningText(const v1::GetStatusResponse& status) {
  google::protobuf::Duration span;
  span.set_seconds(std::max<int64_t>(
      status.current_time().seconds() - status.start_time().seconds(), 0));
  return Concat("audienced ", Printable(status.version()), ", runs since ",
                TimeToSecond(status.start_time()), " (", SpanText(span), ")",
                status.test_clock() ? ", on a clock that a test steps" : "");
}

std::string RulesText(const v1::RuleStatus& rules) {
  std::string text = Concat("version ", std::to_string(rules.version()));
  if (rules.has_applied_time()) {
    text += Concat(", in force since ", TimeToSecond(rules.applied_time()));
  }
  switch (rules.load_state()) {
    case v1::Rulebook::LOAD_STATE_REBUILDING:
      if (!rules.has_rebuild()) return text + "; others are being looked at";
      return Concat(text, "; ", Grouped(rules.rebuild().moved_count()), " of ",
                    Grouped(rules.rebuild().total_count()),
                    " profiles have moved");
    case v1::Rulebook::LOAD_STATE_FAULTY:
      return text + "; the last that were read have errors";
    case v1::Rulebook::LOAD_STATE_TESTS_FAILED:
      return text + "; the last that were read fail their tests";
    case v1::Rulebook::LOAD_STATE_HELD_BACK:
      return text + "; the last that were read wait to be confirmed";
    case v1::Rulebook::LOAD_STATE_UNREADABLE:
      return text + "; the rule folder cannot be read";
    default:
      return text;
  }
}

std::string HistoriesText(const v1::HistoryStatus& histories) {
  constexpr int64_t kMebibyte = 1 << 20;
  return Concat(Grouped(histories.resident_count()), " in memory (",
                Grouped(histories.memory_bytes() / kMebibyte), " of ",
                Grouped(histories.memory_limit_bytes() / kMebibyte), " MiB), ",
                Grouped(histories.cold_count()), " in the database alone");
}

std::string FreshnessText(const v1::FreshnessStatus& freshness) {
  if (!freshness.has_evaluated_through_time()) return "not evaluated yet";
  return Concat("through ", ExactTime(freshness.evaluated_through_time()), ", ",
                SpanText(freshness.lag()), " behind (at most ",
                SpanText(freshness.max_lag()), " is wanted)");
}

std::string ReasonText(v1::ErrorReason reason) {
  if (reason == v1::ERROR_REASON_UNSPECIFIED) return "";
  return EnumText(v1::ErrorReason_Name(reason), "ERROR_REASON_", reason);
}

std::string LeftOut(int64_t rows) {
  if (rows <= kRowLimit) return "";
  return Concat("... and ", Grouped(rows - kRowLimit),
                " more; --output json has them\n");
}

std::string EventsText(const v1::GetStatusResponse& status) {
  if (status.events().empty()) return "";
  TextTable table({{"EVENTS", TextTable::Align::kRight},
                   {"LATE", TextTable::Align::kRight},
                   {"OUTCOME"},
                   {"ORIGIN"},
                   {"REASON"}});
  for (int i = 0; i < std::min(status.events_size(), kRowLimit); ++i) {
    const v1::EventCount& count = status.events(i);
    table.Add({Grouped(count.count()), Grouped(count.late_count()),
               EnumText(v1::EventCount::Outcome_Name(count.outcome()),
                        "OUTCOME_", count.outcome()),
               Printable(count.origin()), ReasonText(count.reason())});
  }
  return Concat("\n", table.Take(), LeftOut(status.events_size()));
}

std::string AudiencesText(
    const google::protobuf::RepeatedPtrField<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += Concat(text.empty() ? "" : " ", Printable(name));
  }
  return text.empty() ? "all" : text;
}

std::string StateText(const v1::Subscription& subscription) {
  switch (subscription.state()) {
    case v1::Subscription::STATE_ACTIVE:
      return "active";
    case v1::Subscription::STATE_EXPIRED:
      return "expired";
    case v1::Subscription::STATE_FOREIGN:
      return "foreign";
    default:
      return "-";
  }
}

std::string ChangeLogText(const v1::ChangeLogStatus& log) {
  std::string text = Concat(Grouped(log.change_count()), " changes");
  if (log.has_oldest_time()) {
    text += Concat(" since ", TimeToSecond(log.oldest_time()));
  }
  return Concat(text, ", kept for ", SpanText(log.retention()));
}

std::string SubscriptionTable(const v1::GetStatusResponse& status) {
  if (status.subscriptions().empty()) return "";
  const auto& all = status.subscriptions();
  const int shown = std::min(all.size(), kRowLimit);
  return Concat("\n", SubscriptionsText({all.begin(), all.begin() + shown}),
                LeftOut(status.subscription_count()));
}

std::string WatchesText(const v1::GetStatusResponse& status) {
  if (status.watches().empty()) return "";
  TextTable table({{"BEHIND", TextTable::Align::kRight},
                   {"SENT", TextTable::Align::kRight},
                   {"WATCH SINCE"},
                   {"AUDIENCES"}});
  for (int i = 0; i < std::min(status.watches_size(), kRowLimit); ++i) {
    const v1::WatchStatus& watch = status.watches(i);
    std::string audiences = AudiencesText(watch.audiences());
    if (watch.reads_log()) audiences += " (reads the log)";
    table.Add({Grouped(watch.lag_changes()), Grouped(watch.sent_change_count()),
               TimeToSecond(watch.start_time()), Cut(audiences, 60)});
  }
  return Concat("\n", table.Take(), LeftOut(status.watch_count()));
}

}  // namespace

std::string StatusScreen(const v1::GetStatusResponse& status, Color color) {
  const v1::FreshnessStatus& freshness = status.freshness();
  std::string screen = freshness.fresh()
                           ? Painted("ready", Paint::kGreen, color)
                           : Concat(Painted("not ready", Paint::kRed, color),
                                    ": ", Printable(freshness.reason()));
  screen += "\n";
  screen += Line("process", RunningText(status));
  screen +=
      Line("database", Concat(status.database().is_private() ? "private, " : "",
                              Printable(status.database().id())));
  screen += Line("rules", RulesText(status.rules()));
  screen += Line("evaluated", FreshnessText(freshness));
  screen += Line("profiles", Grouped(status.profile_count()));
  screen += Line("histories", HistoriesText(status.histories()));
  screen += Line("deadlines", Grouped(status.pending_deadline_count()));
  screen +=
      Line("queue", Concat(Grouped(status.queued_event_count()), " of ",
                           Grouped(status.queued_event_limit()), " events"));
  screen +=
      Line("published", Concat(Grouped(status.change_count()), " changes in ",
                               Grouped(status.commit_count()), " commits"));
  screen += Line("log", ChangeLogText(status.change_log()));
  screen += Line("watches", Grouped(status.watch_count()));
  if (freshness.has_last_fault_time()) {
    screen +=
        Line("last fault", Concat(TimeToSecond(freshness.last_fault_time()),
                                  ", ", Printable(freshness.last_fault())));
  }
  return Concat(screen, EventsText(status), WatchesText(status),
                SubscriptionTable(status));
}

std::string SubscriptionsText(
    const google::protobuf::RepeatedPtrField<v1::Subscription>& subscriptions) {
  TextTable table({{"BEHIND", TextTable::Align::kRight},
                   {"FOR", TextTable::Align::kRight},
                   {"ACKNOWLEDGED"},
                   {"STATE"},
                   {"SUBSCRIPTION"},
                   {"CLIENT"},
                   {"AUDIENCES"}});
  for (const v1::Subscription& each : subscriptions) {
    table.Add({Grouped(each.lag_changes()),
               each.has_lag() ? SpanText(each.lag()) : "-",
               TimeToSecond(each.acknowledge_time()), StateText(each),
               Printable(each.name()), Printable(each.client()),
               Cut(AudiencesText(each.audiences()), 60)});
  }
  return table.Take();
}

}  // namespace audienced
