#ifndef AUDIENCED_RULES_ENGINE_COMPILE_PROGRAM_H_
#define AUDIENCED_RULES_ENGINE_COMPILE_PROGRAM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "rules/engine/compile/count_range.h"
#include "rules/engine/compile/property_match.h"
#include "rules/history/instant.h"
#include "rules/language/model.h"

// What the engine runs: a rulebook with every name resolved to a number. Plain
// data, made by CompiledRulebook::Compile and never changed after.

namespace audienced {

// A spans of time in whole microseconds, as the engine adds them to instants.
using Micros = int64_t;

// --- The alphabet and the schema
// -----------------------------------------------

// One fact that the engine stores of an event or of an item.
struct Column {
  enum class Kind {
    kText,        // the property as text (AsText), a dictionary id
    kNumber,      // the property as a number (AsNumber), millionths
    kEventName,   // the event's name, a dictionary id
    kItemValue,   // of an item: price times quantity
    kItemClass,   // of an item: the class of the event read as if it held only
                  // the items that have this item's value of `property`
    kItemDetail,  // of an item: its descriptive properties, one dictionary id
  };
  Kind kind = Kind::kText;
  std::string property;

  friend bool operator==(const Column&, const Column&) = default;
};

// What histories keep of events.
enum class Columns {
  kOfRules,      // what the rules look at
  kWithAmounts,  // and `value` and `currency`, also of items, for reports
};

// `same: P`, resolved.
struct Grouping {
  bool active = false;
  bool of_item = false;     // each item of an event counts by itself
  size_t column = 0;        // the text of P, among event or item columns
  size_t class_column = 0;  // of items: their kItemClass under P
};

// `once_per`: which of the events of a conversion count.
struct OnceFilter {
  uint32_t letter = 0;  // the conversion's selector
  OncePer::Kind kind = OncePer::Kind::kSession;
  size_t column = 0;         // of kSession and kProperty: an event column
  absl::TimeZone time_zone;  // of kDay
};

// Which events are meant by a `did: C` with its `where`.
struct EventFilter {
  struct Source {
    uint32_t letter = 0;
    std::optional<uint32_t> once;  // index into Program::once_filters
    friend bool operator==(const Source&, const Source&) = default;
  };
  std::vector<Source> sources;           // any of them
  std::optional<uint32_t> where_letter;  // and this, if present
  uint32_t number = 0;    // index into Program::filters; equal ones have one
  bool has_once = false;  // of some source
};

// --- Conditions
// --------------------------------------------------------------------

// Conditions are numbered in Program::conditions; parts before wholes.
using ConditionIndex = uint32_t;

// An index of a property's column among the event or the item columns.
struct ColumnRef {
  bool of_item = false;
  size_t column = 0;
};

// How far back a condition looks. At `t` and later, if no further event comes,
// it is what the events less than this old at `t` make it.
inline constexpr Micros kLooksBackForEver = INT64_MAX;

// When an event that occurred at `e` counts.
struct CompiledWindow {
  // At `t` when from <= e < until and at_least <= t - e < below.
  Micros at_least = 0;
  Micros below = kLooksBackForEver;
  Instant from = Instant::Never();
  Instant until = Instant::Forever();
  // Or while it lies in the named span of `t`.
  std::optional<CalendarWord> word;
  absl::TimeZone time_zone;
};

struct CompiledDid {
  EventFilter filter;
  EventFilter considered;  // of which `which` takes one: without the `where`
  CompiledWindow window;
  Did::Which which = Did::Which::kAny;
  Aggregate::Kind aggregate = Aggregate::Kind::kTimes;
  ColumnRef of;
  Comparison comparison;
  Grouping same;
  bool in_one_session = false;
  bool negated = false;
  // Where no filter means an event as it is, none means it for a value of
  // `same`.
  bool is_seen_whole = true;
  Micros horizon = kLooksBackForEver;
  // So many events and more are alike to the comparison, and which of them are
  // counted tells nothing else; kNoLimit where it may.
  uint32_t enough = kNoLimit;
};

struct CompiledSequence {
  struct DidStep {
    EventFilter filter;
    Micros within = 0;                // since the step before; 0: any time
    std::vector<EventFilter> absent;  // between the step before and this one
  };
  struct Ending {  // a `did_not` after the last `did`
    EventFilter filter;
    Micros wait = 0;      // `for` or `within`; 0: neither
    bool within = false;  // only events in [e, e + wait) count against it
  };
  std::vector<DidStep> steps;
  std::vector<Ending> endings;
  Micros all_within = 0;  // 0: any time
  CompiledWindow window;
  Grouping same;
  Sequence::Anchor anchor = Sequence::Anchor::kLast;
  std::vector<EventFilter> filters;  // of all steps
  bool is_seen_whole = true;         // as of a `did`
  // How far the first event of a choice can lie before the last.
  Micros span = kLooksBackForEver;
  Micros horizon = kLooksBackForEver;

  // Whether an event of `ending` counts against every choice that ends before.
  bool IsAgainstAllBefore(const Ending& ending) const {
    return !ending.within && !ending.filter.has_once && !same.active;
  }
};

struct CompiledCombination {
  Combination::Kind kind = Combination::Kind::kAll;
  std::vector<ConditionIndex> parts;
};

struct CompiledTraits {
  std::vector<CompiledTest> tests;
};

struct CompiledInAudience {
  size_t audience = 0;
  bool negated = false;
};

struct CompiledOnRung {
  std::vector<EventFilter> rungs;
  size_t rung = 0;        // index into `rungs`
  Micros all_within = 0;  // 0: any time
  CompiledWindow window;
  Micros horizon = kLooksBackForEver;
};

struct CompiledScore {
  size_t score = 0;  // index into Program::scores
  Comparison comparison;
};

struct CompiledKnownFor {
  Micros at_least = 0;
};

struct CompiledSample {
  Decimal percent;
  std::string salt;
};

struct CompiledConsent {
  uint32_t purpose = 0;  // index into Program::purposes
};

using CompiledCondition =
    std::variant<CompiledDid, CompiledSequence, CompiledCombination,
                 CompiledTraits, CompiledInAudience, CompiledOnRung,
                 CompiledScore, CompiledKnownFor, CompiledSample,
                 CompiledConsent>;

struct ScoreProgram {
  struct Points {
    EventFilter filter;
    Decimal points;
  };
  std::vector<Points> points;
  Micros half_life = 0;  // 0: no decay
  bool by_quantity = false;
};

// --- Audiences
// ------------------------------------------------------------------------

struct AudienceProgram {
  ConditionIndex who = 0;
  Micros stay = 0;
  std::optional<ConditionIndex> except;
  std::vector<uint32_t> consent;                            // purposes
  std::optional<std::pair<absl::Time, absl::Time>> active;  // [first, second)
  Micros rejoin_after = 0;
  // How far before an instant `who` and `except` look by the audiences that
  // they name, whose `stay` outlives what they were in by. Set by
  // SetLookBack().
  Micros conditions_look_back = 0;
  // Audiences of the group that take a profile before this one.
  std::vector<size_t> taken_before;
};

struct Program {
  // How long an event counts: at `t` one at `e` does while t - e < retention.
  // 0: for ever. Not of the language but of who runs it: where histories are
  // kept for this long, nothing may depend on what is older.
  Micros retention = 0;

  std::vector<CompiledSelector> letters;
  std::vector<OnceFilter> once_filters;
  std::vector<EventFilter> filters;  // all that are mentioned, each once
  std::vector<Column> event_columns;
  std::vector<Column> item_columns;

  std::vector<CompiledCondition> conditions;
  std::vector<ScoreProgram> scores;
  // One each conversion of the model, used or not: which of the events count.
  std::vector<EventFilter> conversions;
  std::vector<std::pair<std::string, bool>> purposes;  // and the default
  std::vector<AudienceProgram> audiences;

  // Columns that several parts of the engine read.
  size_t session_column = 0;      // event: session_id, kText
  size_t name_column = 0;         // event: kEventName
  size_t item_id_column = 0;      // item: item_id, kText
  size_t price_column = 0;        // item
  size_t quantity_column = 0;     // item
  size_t item_detail_column = 0;  // item

  // What events say they are worth, where it is kept (Columns::kWithAmounts).
  struct AmountColumns {
    size_t value = 0;          // event: kNumber
    size_t currency = 0;       // event: kText
    size_t item_currency = 0;  // item: kText
  };
  std::optional<AmountColumns> amounts;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_ENGINE_COMPILE_PROGRAM_H_
