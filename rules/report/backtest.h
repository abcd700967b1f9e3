#ifndef AUDIENCED_RULES_REPORT_BACKTEST_H_
#define AUDIENCED_RULES_REPORT_BACKTEST_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "rules/engine/evaluation.h"
#include "rules/report/quartiles.h"
#include "rules/report/report_span.h"
#include "rules/report/statistics.h"

namespace audienced {

// What is asked of the past of one audience. Audiences and conversions are
// numbered as in the rulebook.
struct BacktestQuestion {
  size_t audience = 0;
  ReportSpan span;
  // Any of these conversions is the goal; empty: there is none.
  std::vector<size_t> goal;
  // How long after entering a profile may reach the goal. At least 1 us.
  absl::Duration within;
  // The control share that the rules keep, between 0 and 1; 0: none.
  double holdout = 0;
};

// The control share that the rules keep of `audience`, as a question holds it.
double HoldoutOf(const Audience& audience);

// One calendar day. Of two days that follow each other: size of the first, plus
// entries, minus exits of the second, is the size of the second.
struct BacktestDay {
  absl::CivilDay day;
  int64_t size = 0;      // at the last microsecond of the day
  int64_t held_out = 0;  // of these, those in the control share
  int64_t entries = 0;
  int64_t exits = 0;
};

// How many of those who entered reached the goal.
struct BacktestConversion {
  int64_t entries = 0;  // whose time for it is over by what is known
  int64_t reached = 0;  // of these
};

// How long stays lasted that ended within the span, whenever they began.
struct BacktestStays {
  int64_t ended = 0;
  int64_t running = 0;  // at the end; their length is not known yet
  Quartiles lengths;
};

// What it brought that an audience was published: those whom it was published
// of beside the control share. Who is in that is drawn by lot, so whatever else
// differs between them is chance. A profile counts once, by the first entry of
// all where that lies within the span, and only where its time for the goal is
// over: what the audience brought before has then no part in who enters.
// Whether anybody was reached by mail or advertisement plays none either
// (intention to treat).
struct HoldoutEffect {
  Share published;  // that reached the goal
  Share held_out;
  std::optional<Estimate> lift;  // RatioOf()
  double chance = 1;             // DifferByChance()
  // How probable it is that the lot divides these profiles as unevenly; where
  // that is next to nothing, what the events say is not to be trusted.
  double split_chance = 1;  // DiffersByChance()
};

struct BacktestReport {
  int64_t profiles = 0;     // that were looked at
  int64_t size_before = 0;  // before the first day
  std::vector<BacktestDay> days;
  int64_t entries = 0;           // in all
  int64_t exits = 0;             // in all
  int64_t entered_profiles = 0;  // different ones
  BacktestStays stays;
  BacktestConversion published;  // of profiles outside of the control share
  BacktestConversion held_out;   // of those in it
  int64_t recent_entries = 0;    // whose time for the goal is not over
  // Where there are a control share and a goal, and somebody entered of either.
  std::optional<HoldoutEffect> effect;
};

// Adds up the timelines of one audience over all profiles.
//
// The timelines are those that the engine knows today, with every event at the
// instant at which it occurred: an event that came late counts from its instant
// on, where live operation could only count it from its arrival. Publication
// (drafts, pauses, minimum_size) plays no part; the control share is counted as
// members, and told apart.
//
// An entry is a rise within the span, an exit a fall within it. The goal is
// reached by an event after the rise at `r` and before `r + within`; the event
// that made the profile enter is not one. A value; not thread-safe.
class Backtest {
 public:
  explicit Backtest(BacktestQuestion question);

  // Adds one profile, evaluated by the rulebook that the question is about.
  void Add(Evaluation& evaluation);
  // Adds the profiles of `other`, which was asked the same question.
  void Merge(const Backtest& other);

  BacktestReport Report() const;

 private:
  struct Part {  // of the profiles: published, or held out
    int64_t size_before = 0;
    std::vector<int64_t> entries;  // by day
    std::vector<int64_t> exits;    // by day
    BacktestConversion conversion;
    Share profiles;  // by their first entry
  };

  size_t DayOf(Instant t) const;
  bool ReachesGoal(Evaluation& evaluation, Instant entered) const;
  std::optional<HoldoutEffect> Effect() const;
  BacktestQuestion question_;
  int64_t profiles_ = 0;
  int64_t entered_profiles_ = 0;
  int64_t recent_entries_ = 0;
  int64_t running_ = 0;
  std::array<Part, 2> parts_;   // published, held out
  std::vector<int64_t> stays_;  // lengths in microseconds
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_REPORT_BACKTEST_H_
