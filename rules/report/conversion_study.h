#ifndef AUDIENCED_RULES_REPORT_CONVERSION_STUDY_H_
#define AUDIENCED_RULES_REPORT_CONVERSION_STUDY_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "rules/engine/evaluation.h"
#include "rules/engine/timeline/event_selection.h"
#include "rules/history/decimal.h"
#include "rules/report/report_span.h"
#include "rules/report/statistics.h"

namespace audienced {

// What is asked of all conversions of a rulebook. They are numbered as there.
struct ConversionQuestion {
  PastSpan span;
  // Any of these conversions is the goal; empty: there is none.
  std::vector<size_t> goal;
  // How long after a conversion, or after the time in which profiles are
  // observed, they may reach the goal. At least 1 us.
  absl::Duration within;
  // How long from its first event on a profile is observed. At least 1 us.
  absl::Duration observed;
  // Whether only profiles are observed whose first event of all lies within the
  // span.
  bool only_new = false;

  bool IsGoal(size_t conversion) const {
    return std::find(goal.begin(), goal.end(), conversion) != goal.end();
  }
};

// Whether a conversion foretells the goal: of profiles that are observed for
// equally long and followed for equally long after that, and had not reached
// the goal before, those that did it in the time of observation, and those that
// did not.
struct Foretelling {
  enum class Verdict {
    kNobody,        // did it, or did not, or reached the goal
    kNoDifference,  // that could not be chance
    kLikelier,      // the goal, for who did it
    kUnlikelier,
  };
  Share did;                     // and reached the goal afterwards
  Share did_not;                 // and reached the goal afterwards
  std::optional<Estimate> lift;  // how many times as likely; RatioOf()
  // DifferByChance(), and what FalseDiscoveryRates() makes of that of all
  // conversions of which there is something to tell; 1 for the others.
  double chance = 1;
  double false_discovery_rate = 1;
  Verdict verdict = Verdict::kNobody;
};

// A difference is one below this rate of false discoveries.
inline constexpr double kFalseDiscoveryLimit = 0.05;

struct ConversionFigures {
  int64_t events = 0;    // within the span
  int64_t profiles = 0;  // with one of them
  // Of those whose time after their first one is over: who reached the goal
  // after it. Of a conversion that is the goal: who did so once more.
  Share later;
  Foretelling foretelling;  // of conversions that are no goal
};

struct ConversionReport {
  int64_t profiles = 0;  // that were looked at
  // When the first event of them all occurred; Forever where there is none.
  Instant first_event = Instant::Forever();
  // Events of the goal within the span, and those of them that say an amount.
  int64_t goal_events = 0;
  int64_t goal_events_with_amount = 0;
  // What these are worth on average, to six places, by currency; that is empty
  // where events say none. Of several currencies each is the sum in it over the
  // number of all that say an amount, so that they add up.
  std::map<std::string, Decimal> goal_worth;
  // Profiles whose observation and time to reach the goal are over.
  int64_t followed = 0;
  // Of these, those that reached the goal while they were observed; nothing is
  // foretold of them.
  int64_t reached_early = 0;
  Share afterwards;  // of the others, those that reached it after that
  std::vector<ConversionFigures> conversions;  // one each of the rulebook

  // What one conversion of a profile is worth by the data: its share of
  // `later`, times `goal_worth`, by currency.
  std::map<std::string, Decimal> LearnedWorth(size_t conversion) const;
};

// Tells what conversions are worth, and which of them foretell the goal.
//
// A conversion's worth is the share of the profiles that did it, from their
// first one within the span on, that reach the goal less than `within` later,
// times what the goal is worth on average. An event of the goal is worth what
// its conversion says, else its own `value`, else the sum of the price times
// quantity of its items, each in its own currency, else that of the event; one
// that says none of these is left out of the mean. Worths of a ladder's rungs
// do not add up: each has the whole purchase in it.
//
// That people did something says nothing of who would have reached the goal
// anyway. So what foretells is told of profiles side by side: each is observed
// for `observed` from its first event within the span on, and the goal is
// counted from there on, for `within`. Whoever reached it while being observed
// is left out, so what is done with the purchase itself speaks for nothing, and
// nobody had longer than others to do a thing or to reach the goal. It still
// says what is to be expected, not what is the cause: whoever is more active
// does more of everything.
//
// The rulebook is compiled with Columns::kWithAmounts. A value; not
// thread-safe.
class ConversionStudy {
 public:
  ConversionStudy(ConversionQuestion question, const Rulebook& rulebook);

  // Adds one profile, evaluated by that rulebook.
  void Add(Evaluation& evaluation);
  // Adds the profiles of `part`, which was asked the same question.
  void Merge(const ConversionStudy& part);

  ConversionReport Report() const;

 private:
  struct Sums {
    int64_t events = 0;
    int64_t profiles = 0;
    Share later;
    Share did;
  };

  void FindEvents(EventSelection& selection);
  void AddGoal(EventSelection& selection, size_t event);
  bool AddAmounts(EventSelection& selection, size_t event);
  bool ReachesGoal(Instant begin, Instant end) const;  // [begin, end)
  void AddLater();
  void AddForetelling();

  ConversionQuestion question_;
  // What the rules say that one of them is worth; kAbsent where nothing.
  std::vector<int64_t> given_worth_;  // millionths, by conversion
  int64_t profiles_ = 0;
  Instant earliest_ = Instant::Forever();
  int64_t goal_events_ = 0;
  int64_t goal_events_with_amount_ = 0;
  std::map<std::string, WideDecimal> goal_amounts_;  // by currency
  Share followed_;  // of all profiles that are: those that reached it later
  int64_t reached_early_ = 0;
  std::vector<Sums> sums_;  // by conversion
  // Of the profile that is being added, from the begin of the span on; Forever
  // where there is none.
  Instant first_event_;
  std::vector<Instant> first_;  // of each conversion
  std::vector<Instant> goals_;  // in order
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_REPORT_CONVERSION_STUDY_H_
