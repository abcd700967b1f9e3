#include "rules/language/check/retention_check.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "rules/language/check/condition_walk.h"
#include "rules/language/duration_text.h"
#include "rules/language/parser/scope.h"

namespace audienced {
namespace {

// A score forgets by itself what is older than this many halvings.
constexpr int kHalvings = 10;

// The calendar days that a named span and the way to it can have. The longest
// year has 366 days, the longest month 31.
int DaysOf(CalendarWord word) {
  switch (word) {
    case CalendarWord::kToday:
      return 1;
    case CalendarWord::kYesterday:
      return 2;
    case CalendarWord::kThisWeek:
      return 7;
    case CalendarWord::kLastWeek:
      return 14;
    case CalendarWord::kThisMonth:
      return 31;
    case CalendarWord::kLastMonth:
      return 62;
    case CalendarWord::kThisYear:
      return 366;
    case CalendarWord::kLastYear:
      return 731;
  }
  return 0;
}

// An event counts while it is younger than this; InfiniteDuration where the
// window has no such end.
absl::Duration LengthOf(const Window& window) {
  switch (window.kind) {
    case Window::Kind::kInLast:
    case Window::Kind::kAgo:
      return window.below;
    case Window::Kind::kCalendar:
      // A day on which clocks go back has an hour more.
      return DaysOf(window.word) * absl::Hours(24) + absl::Hours(1);
    case Window::Kind::kEver:
    case Window::Kind::kSince:
    case Window::Kind::kBetween:
      return absl::InfiniteDuration();
  }
  return absl::InfiniteDuration();
}

const Window* WindowOf(const Condition& condition) {
  if (const auto* did = std::get_if<Did>(&condition.node)) return &did->window;
  if (const auto* on = std::get_if<OnRung>(&condition.node)) return &on->window;
  const auto* sequence = std::get_if<Sequence>(&condition.node);
  return sequence == nullptr ? nullptr : &sequence->window;
}

// How long before the last chosen event the first one may lie.
absl::Duration SpanOf(const Sequence& sequence) {
  absl::Duration steps = absl::ZeroDuration();
  bool is_first = true;
  for (const Step& step : sequence.steps) {
    if (step.negated) continue;
    if (!is_first) steps += step.within.value_or(absl::InfiniteDuration());
    is_first = false;
  }
  return std::min(steps,
                  sequence.all_within.value_or(absl::InfiniteDuration()));
}

class RetentionCheck {
 public:
  RetentionCheck(absl::Duration retention, const Scope& scope)
      : retention_(retention), scope_(scope) {}

  void CheckCondition(const Condition& condition) const {
    const Scope at = scope_.At(condition.path);
    if (const Window* window = WindowOf(condition)) CheckWindow(*window, at);
    const auto* sequence = std::get_if<Sequence>(&condition.node);
    if (sequence == nullptr) return;
    CheckSpan("all_within", sequence->all_within, condition.place, at);
    for (size_t i = 0; i < sequence->steps.size(); ++i) {
      const Step& step = sequence->steps[i];
      const Scope at_step = scope_.At(
          Concat(condition.path, ".sequence[", std::to_string(i), "]"));
      CheckSpan("within", step.within, step.place, at_step);
      CheckSpan("for", step.for_at_least, step.place, at_step);
    }
  }

  void CheckSpan(std::string_view key, std::optional<absl::Duration> span,
                 const Place& place, const Scope& at) const {
    if (span.value_or(absl::ZeroDuration()) <= retention_) return;
    Refuse(Concat("the span of ", Quoted(key), " is ", DurationText(*span)),
           place, at);
  }

  void LintCondition(const Condition& condition) const {
    const Scope at = scope_.At(condition.path);
    const auto* sequence = std::get_if<Sequence>(&condition.node);
    const Window* window = WindowOf(condition);
    if (window == nullptr) return;
    const absl::Duration length = LengthOf(*window);
    if (length == absl::InfiniteDuration()) {
      const bool is_ever = window->kind == Window::Kind::kEver;
      Warn(is_ever ? "there is no window here"
                   : "this window looks back without end",
           is_ever ? condition.place : window->place, at);
    } else if (sequence != nullptr && length + SpanOf(*sequence) > retention_) {
      Warn("the first event of this sequence may lie further back",
           condition.place, at);
    } else if (const auto* did = std::get_if<Did>(&condition.node);
               did != nullptr && did->which == Did::Which::kFirst) {
      Warn("this asks for the first event ever", condition.place, at);
    }
  }

  void LintScore(const Score& score) const {
    if (score.half_life && *score.half_life * kHalvings <= retention_) return;
    Warn("points of this score count for longer", score.place, scope_);
  }

 private:
  void CheckWindow(const Window& window, const Scope& at) const {
    const bool begins_beyond = window.at_least >= retention_;
    const absl::Duration length =
        begins_beyond ? window.at_least : LengthOf(window);
    if (length == absl::InfiniteDuration()) return;
    if (length <= retention_ && !begins_beyond) return;
    Refuse(window.kind == Window::Kind::kCalendar
               ? Concat("the window can reach back ", DurationText(length))
               : Concat("the window reaches back ", DurationText(length)),
           window.place, at);
  }

  void Refuse(std::string found, const Place& place, const Scope& at) const {
    at.Fault("beyond-retention", place,
             Concat(std::move(found), "; events count for ",
                    DurationText(retention_), ", the retention of histories"),
             "say less, or keep histories longer");
  }

  void Warn(std::string found, const Place& place, const Scope& at) const {
    const std::string retention = DurationText(retention_);
    at.Fault("looks-beyond-retention", place,
             Concat(std::move(found), "; events count for ", retention,
                    ", so it means the last ", retention));
  }

  const absl::Duration retention_;
  const Scope scope_;
};

}  // namespace

void CheckRetention(const Rulebook& rulebook, absl::Duration retention,
                    Diagnostics& diagnostics) {
  if (retention == absl::InfiniteDuration()) return;
  const Scope scope(diagnostics);
  for (const Ladder& ladder : rulebook.ladders) {
    const Scope of_ladder = scope.Of("ladder", ladder.name);
    RetentionCheck(retention, of_ladder)
        .CheckSpan("all_within", ladder.all_within, ladder.place, of_ladder);
  }
  for (const Audience& audience : rulebook.audiences) {
    const RetentionCheck check(retention, scope.Of("audience", audience.name));
    ForEachCondition(audience, [&](const Condition& condition) {
      check.CheckCondition(condition);
    });
  }
}

void AddRetentionLints(const Rulebook& rulebook, absl::Duration retention,
                       Diagnostics& diagnostics) {
  if (retention == absl::InfiniteDuration()) return;
  const Scope scope(diagnostics);
  for (const Score& score : rulebook.scores) {
    RetentionCheck(retention, scope.Of("score", score.name)).LintScore(score);
  }
  for (const Audience& audience : rulebook.audiences) {
    const RetentionCheck check(retention, scope.Of("audience", audience.name));
    ForEachCondition(audience, [&](const Condition& condition) {
      check.LintCondition(condition);
    });
  }
}

}  // namespace audienced
