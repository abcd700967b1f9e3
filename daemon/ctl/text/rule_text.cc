#include "daemon/ctl/text/rule_text.h"

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "daemon/ctl/terminal.h"
#include "daemon/ctl/text/member_text.h"
#include "daemon/ctl/text/printable.h"
#include "daemon/ctl/text/text_table.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

struct ActionText {
  const char* sign;
  const char* word;
  Paint paint;
};

ActionText TextOf(v1::AudiencePlan::Action action) {
  switch (action) {
    case v1::AudiencePlan::ACTION_NEW:
      return {"+", "new", Paint::kGreen};
    case v1::AudiencePlan::ACTION_CHANGED:
      return {"~", "changed", Paint::kYellow};
    case v1::AudiencePlan::ACTION_GONE:
      return {"-", "gone", Paint::kRed};
    default:
      return {"=", "unchanged", Paint::kGrey};
  }
}

// `12 ms`, `1.3 s`.
std::string CostText(const google::protobuf::Duration& duration) {
  const int64_t millis =
      duration.seconds() * 1000 + duration.nanos() / 1'000'000;
  if (millis < 1000) return Concat(std::to_string(millis), " ms");
  return Concat(std::to_string(millis / 1000), ".",
                std::to_string(millis % 1000 / 100), " s");
}

// What the numbers do not say.
std::string Remark(const v1::AudiencePlan& plan) {
  std::string remark = TextOf(plan.action()).word;
  if (plan.status() != v1::Audience::STATUS_LIVE) {
    remark += Concat(", ", StatusText(plan.status()));
  }
  if (plan.action() != v1::AudiencePlan::ACTION_GONE &&
      plan.matching_after() != plan.size_after()) {
    remark += Concat(", the rule holds for ", Grouped(plan.matching_after()));
  }
  if (plan.held_out_after() > 0) {
    remark +=
        Concat(", ", Grouped(plan.held_out_after()), " in the control share");
  }
  return remark;
}

template <typename Names>
void AddSample(const char* what, const Names& names, int64_t all,
               std::string& text) {
  if (names.empty()) return;
  text += Concat("    ", what, ":");
  for (const std::string& name : names) text += Concat(" ", Printable(name));
  if (all > names.size()) {
    text += Concat(" and ", Grouped(all - names.size()), " more");
  }
  text += "\n";
}

// Whom it moves, and, unless the change `is_applied`, why it is held back.
std::string DetailText(const v1::AudiencePlan& plan, bool is_applied,
                       Color color) {
  std::string text;
  AddSample("enter", plan.entering_sample(), plan.entering(), text);
  AddSample("leave", plan.leaving_sample(), plan.leaving(), text);
  if (!plan.held_back().empty()) {
    const std::string label = is_applied
                                  ? Painted("confirmed", Paint::kYellow, color)
                                  : Painted("held back", Paint::kRed, color);
    text += Concat("    ", label, ": ", Printable(plan.held_back()), "\n");
  }
  if (text.empty()) return text;
  return Concat("  ", Printable(plan.audience()), "\n", text);
}

std::string Faults(const v1::RuleAttempt& attempt) {
  std::string text;
  for (const v1::Diagnostic& diagnostic : attempt.diagnostics()) {
    text += Concat(diagnostic.rendered(), "\n");
  }
  for (const v1::RuleTestFailure& failure : attempt.test_failures()) {
    text += Concat(failure.rendered(), "\n");
  }
  return text;
}

// `12 345 profiles`, `1 profile`.
std::string CountOf(int64_t count, const char* noun) {
  return Concat(Grouped(count), " ", noun, count == 1 ? "" : "s");
}

std::string NoChangeText(int audiences) {
  if (audiences == 0) return "no change: there are no audiences\n";
  if (audiences == 1) return "no change: the audience means the same\n";
  return Concat("no change: all ", CountOf(audiences, "audience"),
                " mean the same\n");
}

// `1 audience differs, 2 mean the same; 12 profiles and ...`.
std::string SummaryText(const v1::RulePlan& plan, int differing,
                        int unchanged) {
  std::string text = Concat(CountOf(differing, "audience"),
                            differing == 1 ? " differs" : " differ");
  if (unchanged > 0) {
    text += Concat(", ", Grouped(unchanged),
                   unchanged == 1 ? " means the same" : " mean the same");
  }
  return Concat(text, "; ", CountOf(plan.profile_count(), "profile"), " and ",
                CountOf(plan.event_count(), "event"), " evaluated in ",
                CostText(plan.planning_time()), "\n");
}

// A line for each audience that differs, and below whom it moves.
std::string PlanText(const v1::RulePlan& plan, bool is_applied, Color color) {
  TextTable table({{""},
                   {"AUDIENCE"},
                   {"BEFORE", TextTable::Align::kRight},
                   {"AFTER", TextTable::Align::kRight},
                   {"ENTER", TextTable::Align::kRight},
                   {"LEAVE", TextTable::Align::kRight},
                   {"COST", TextTable::Align::kRight},
                   {""}});
  std::string details;
  int unchanged = 0;
  int differing = 0;
  for (const v1::AudiencePlan& audience : plan.audiences()) {
    if (audience.action() == v1::AudiencePlan::ACTION_UNCHANGED) {
      ++unchanged;
      continue;
    }
    ++differing;
    const ActionText action = TextOf(audience.action());
    table.Add({action.sign, Printable(audience.audience()),
               Grouped(audience.size_before()), Grouped(audience.size_after()),
               Grouped(audience.entering()), Grouped(audience.leaving()),
               CostText(audience.evaluation_time()),
               Painted(Remark(audience), action.paint, color)});
    details += DetailText(audience, is_applied, color);
  }
  std::string text;
  if (differing > 0) text = table.Take();
  if (!details.empty()) text += Concat("\n", details, "\n");
  text += differing == 0 ? NoChangeText(unchanged)
                         : SummaryText(plan, differing, unchanged);
  return text;
}

// `2 errors, 1 warning`.
std::string CountText(const v1::RuleAttempt& attempt) {
  std::string text;
  if (attempt.error_count() > 0) text = Counted(attempt.error_count(), "error");
  if (attempt.lint_count() > 0) {
    text += Concat(text.empty() ? "" : ", ",
                   Counted(attempt.lint_count(), "warning"));
  }
  return text;
}

std::string Verdict(const v1::RuleAttempt& attempt) {
  const std::string version =
      Concat("version ", std::to_string(attempt.version()));
  switch (attempt.result()) {
    case v1::RuleAttempt::RESULT_APPLIED:
      return Concat(version, " of the rules is in force");
    case v1::RuleAttempt::RESULT_UNCHANGED:
      return Concat(version, " of the rules is in force, unchanged");
    case v1::RuleAttempt::RESULT_VALID:
      return Concat("the rules can be used; ", version, " is in force");
    case v1::RuleAttempt::RESULT_TESTS_FAILED:
      return Concat(
          attempt.test_failures().empty()
              ? std::string("the tests cannot be run")
              : Concat(Counted(attempt.test_failures_size(), "expectation"),
                       " of ", Counted(attempt.test_count(), "test"),
                       " failed"),
          "; ", version, " of the rules stays in force");
    case v1::RuleAttempt::RESULT_HELD_BACK:
      return Concat("held back; ", version,
                    " of the rules stays in force until the change is "
                    "confirmed with --confirm ",
                    attempt.fingerprint());
    case v1::RuleAttempt::RESULT_UNREADABLE:
      return Concat("the rule folder cannot be read; ", version,
                    " stays in force");
    default:
      return Concat("the rules have errors; ", version, " stays in force");
  }
}

}  // namespace

std::string SourceText(v1::RuleSource source) {
  return EnumText(v1::RuleSource_Name(source), "RULE_SOURCE_", source);
}

std::string AttemptText(const v1::RuleAttempt& attempt, Color color) {
  std::string text = Faults(attempt);
  if (attempt.has_plan()) {
    text +=
        PlanText(attempt.plan(),
                 attempt.result() == v1::RuleAttempt::RESULT_APPLIED, color);
  }
  text += Verdict(attempt);
  const std::string counts = CountText(attempt);
  if (!counts.empty()) text += Concat("; ", counts);
  if (attempt.test_count() > 0 && attempt.test_failures().empty() &&
      attempt.result() != v1::RuleAttempt::RESULT_TESTS_FAILED) {
    text += Concat("; ", Counted(attempt.test_count(), "test"), " passed");
  }
  return text + "\n";
}

}  // namespace audienced
