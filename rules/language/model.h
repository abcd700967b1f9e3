#ifndef AUDIENCED_RULES_LANGUAGE_MODEL_H_
#define AUDIENCED_RULES_LANGUAGE_MODEL_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "rules/history/value.h"
#include "rules/source/position.h"

// What rule files say, as data. The parser makes it, the checker judges it,
// the engine compiles it. Plain aggregates: a model says what was written, in
// the order in which it was written, with names not yet resolved.

namespace audienced {

// --- Tests on properties (`where`, `trait`) ---------------------------------

enum class TestKind {
  kIs,          // equal to any of `values`; `in` and a list are the same test
  kIsNot,       // the exact complement of kIs; `not_in` too
  kContains,    // text
  kStartsWith,  // text
  kEndsWith,    // text
  kMatches,     // text; RE2, unanchored
  kAtLeast,     // number
  kAtMost,      // number
  kAbove,       // number
  kBelow,       // number
  kBetween,     // number; values[0] and values[1] both included
  kExists,      // `expected` says whether it must exist or must be missing
};

// What RE2 may use for one pattern; one that needs more is a fault.
inline constexpr int64_t kPatternMemoryBytes = 1 << 20;

// One test on one property. Text and number tests hold any-of `values` where
// the file gives a list.
struct PropertyTest {
  // A property of the event (dotted names reach into objects), of an item, or
  // the name of a trait.
  std::string property;
  TestKind kind = TestKind::kIs;
  // Numbers are Decimal, words in quotes or not are text, booleans are bool.
  std::vector<Value> values;
  bool ignore_case = false;
  bool expected = true;  // of kExists
  Place place;           // of the name of the property
};

// All tests must hold. A test on an item name holds when some item of the
// event passes it (kIsNot and `exists: false`: when no item passes the
// positive test).
struct Where {
  std::vector<PropertyTest> tests;
  // `item: {...}`: some single item passes all of them.
  std::vector<PropertyTest> item_tests;

  bool empty() const { return tests.empty() && item_tests.empty(); }
};

// --- Conversions ------------------------------------------------------------

// Which events are meant. An event is selected when its name is one of
// `event_names` and `where` holds.
struct Selector {
  std::vector<std::string> event_names;  // sorted, distinct
  bool any_event = false;                // `event: "*"`; no names then
  Place event_place;                     // of the names
  Where where;
};

enum class ConversionKind { kMicro, kMacro };
enum class ConversionRole { kNone, kProcess, kSecondary };

// `once_per`: of the events that agree, only the first counts.
struct OncePer {
  enum class Kind { kSession, kDay, kProperty };
  Kind kind = Kind::kSession;
  std::string property;  // of kProperty; events without it all count
  Place place;           // of the value
};

struct Worth {
  bool learned = false;  // measured from the data
  Decimal amount;        // else this
};

struct Conversion {
  std::string name;
  ConversionKind kind = ConversionKind::kMicro;
  ConversionRole role = ConversionRole::kNone;  // kNone where kind is kMacro
  Selector selector;
  std::optional<Worth> worth;
  std::optional<OncePer> once_per;
  std::string time_zone;  // IANA; of the file, for `once_per: day`
  Place place;            // of the name
};

struct NamedConversion {
  std::string name;
  Place place;
};

// The `C` of a condition: any of the conversions, or the inline selector.
struct Selection {
  std::vector<NamedConversion> conversions;
  std::optional<Selector> inline_selector;  // then `conversions` is empty
};

// --- Conditions -------------------------------------------------------------

enum class CalendarWord {
  kToday,
  kYesterday,
  kThisWeek,
  kLastWeek,
  kThisMonth,
  kLastMonth,
  kThisYear,
  kLastYear,
};

// Which instants `e` of an event count at `t`.
struct Window {
  enum class Kind {
    kEver,
    kInLast,    // 0 <= t - e < below
    kAgo,       // at_least <= t - e < below
    kSince,     // from <= e
    kBetween,   // from <= e < until
    kCalendar,  // e lies in the named span of t, in the file's time zone
  };
  Kind kind = Kind::kEver;
  absl::Duration at_least = absl::ZeroDuration();
  absl::Duration below = absl::InfiniteDuration();
  absl::Time from = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();
  CalendarWord word = CalendarWord::kToday;
  Place place;
};

struct Comparison {
  enum class Kind { kExactly, kAtLeast, kAtMost, kAbove, kBelow, kBetween };
  Kind kind = Kind::kAtLeast;
  Decimal bound;
  Decimal upper;  // of kBetween; both bounds are included
};

struct Aggregate {
  enum class Kind {
    kTimes,     // how many events
    kSum,       // of the property `of`
    kAverage,   // of
    kMinimum,   // of
    kMaximum,   // of
    kDistinct,  // how many different values of `of`
    kDays,      // on how many different calendar days of the file's time zone
  };
  Kind kind = Kind::kTimes;
  std::string of;
  Place of_place;  // of the property
  Comparison comparison{
      Comparison::Kind::kAtLeast, Decimal::FromInteger(1), {}};
  Place place;
};

struct Did {
  enum class Which { kAny, kFirst, kLast };
  bool negated = false;  // `did_not`
  Selection of;
  Where where;
  Window window;
  Which which = Which::kAny;
  Aggregate aggregate;
  std::string same;  // a property; empty: no grouping
  Place same_place;
  bool in_one_session = false;
};

struct Step {
  bool negated = false;  // `did_not`
  Selection of;
  Where where;
  std::optional<absl::Duration> within;
  std::optional<absl::Duration> for_at_least;  // `for`; steps at the end only
  Place place;
};

struct Sequence {
  enum class Anchor { kLast, kAny };
  std::vector<Step> steps;  // the first is a `did`
  std::optional<absl::Duration> all_within;
  Window window;
  std::string same;  // a property; empty: none
  Place same_place;
  Anchor anchor = Anchor::kLast;
};

struct Condition;

struct Combination {
  enum class Kind { kAll, kAny, kNone };
  Kind kind = Kind::kAll;
  std::vector<Condition> parts;
};

struct TraitTests {
  std::vector<PropertyTest> tests;  // all must hold
};

struct InAudience {
  std::string audience;
  bool negated = false;  // `not_in_audience`
  Place place;           // of the name
};

struct OnRung {
  std::string ladder;
  std::string rung;
  Window window;  // of the event of the first rung
  Place ladder_place;
  Place rung_place;
};

struct ScoreTest {
  std::string score;
  Comparison comparison;
  Place place;  // of the name
};

struct KnownFor {
  absl::Duration at_least;
};

struct Sample {
  Decimal percent;  // 10 is 10%
  std::string salt;
};

struct Consented {
  std::string purpose;
  Place place;
};

struct Condition {
  std::variant<Did, Sequence, Combination, TraitTests, InAudience, OnRung,
               ScoreTest, KnownFor, Sample, Consented>
      node;
  Place place;       // of the key that names the condition
  std::string path;  // `who`, `who.all[0]`, `except`
};

// --- The named things of a rulebook -----------------------------------------

struct Ladder {
  std::string name;
  std::vector<NamedConversion> rungs;  // the last is a macro conversion
  std::optional<absl::Duration> all_within;
  Place place;
};

struct Score {
  struct Points {
    NamedConversion conversion;
    Decimal points;
  };
  std::string name;
  std::vector<Points> points;
  std::optional<absl::Duration> half_life;
  bool by_quantity = false;
  Place place;
};

struct ConsentPurpose {
  std::string name;
  bool granted_by_default = false;
  Place place;
};

enum class AudienceStatus { kLive, kDraft, kPaused };

struct Active {
  absl::Time from = absl::InfinitePast();     // included
  absl::Time until = absl::InfiniteFuture();  // not included
};

struct Holdout {
  Decimal percent;
  std::string group;  // empty: the audience's own
};

// What `context` can name.
enum class ContextPart { kItems, kCart, kValue, kLastEvent, kScore, kTrait };

struct ContextName {
  ContextPart part = ContextPart::kItems;
  std::string name;  // of a score or a trait
  Place place;
};

struct Audience {
  std::string name;
  std::string title;
  std::string description;
  std::string owner;
  std::vector<std::string> tags;
  AudienceStatus status = AudienceStatus::kLive;

  Condition who;
  std::optional<absl::Duration> stay;
  std::optional<Condition> except;
  std::vector<Consented> consent;
  std::optional<Active> active;
  std::optional<absl::Duration> rejoin_after;
  std::string group;     // empty: none
  int priority = 0;      // within `group`; the smallest wins
  Place priority_place;  // of the number
  std::optional<Holdout> holdout;
  int64_t minimum_size = 0;
  std::vector<ContextName> context;

  std::string time_zone;  // IANA; of the file
  Place place;            // of the name
};

// Whether `other` of the same group has the first claim on the profiles of
// `audience`; a draft has none.
bool TakesProfilesFrom(const Audience& other, const Audience& audience);

// All rule files of one folder, read as one namespace. Each list is in the
// order of file names and, within a file, of its lines.
struct Rulebook {
  std::vector<Conversion> conversions;
  std::vector<Ladder> ladders;
  std::vector<Score> scores;
  std::vector<ConsentPurpose> consents;
  std::vector<Audience> audiences;

  const Conversion* FindConversion(std::string_view name) const;
  const Ladder* FindLadder(std::string_view name) const;
  const Score* FindScore(std::string_view name) const;
  const ConsentPurpose* FindConsent(std::string_view name) const;
  const Audience* FindAudience(std::string_view name) const;
};

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_MODEL_H_
