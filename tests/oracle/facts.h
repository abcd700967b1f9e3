#ifndef AUDIENCED_TESTS_ORACLE_FACTS_H_
#define AUDIENCED_TESTS_ORACLE_FACTS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "rules/history/event.h"
#include "rules/history/instant.h"
#include "rules/language/model.h"

namespace audienced::oracle {

// How `same` reads an event: as one value of a property sees it. Without
// `property`: as it is.
struct Same {
  std::string property;
  std::string value;
};

// A test on all values that a property has in an event or a profile.
bool Passes(const PropertyTest& test, const std::vector<Value>& found);

absl::TimeZone ZoneOf(const std::string& name);

// For messages: an instant, `forever` or `never`.
std::string InstantText(Instant t);

inline Instant Later(Instant t, absl::Duration wait) {
  return ToInstant(ToTime(t) + wait);
}

// From when on and until when an event at `e` is in the window, if at all.
struct Span {
  Instant begin;
  Instant end;  // not included

  bool Contains(Instant t) const { return begin <= t && t < end; }
};
Span InWindow(const Window& window, Instant e, absl::TimeZone zone);

// The comparisons of aggregates and of tests on numbers. Any `kind` with these
// names will do; every other one is equality.
template <typename Kind, typename Number = WideDecimal>
bool Compares(Kind kind, Number number, Number bound, Number upper) {
  if (kind == Kind::kAtLeast) return number >= bound;
  if (kind == Kind::kAtMost) return number <= bound;
  if (kind == Kind::kAbove) return number > bound;
  if (kind == Kind::kBelow) return number < bound;
  if (kind == Kind::kBetween) return bound <= number && number <= upper;
  return number == bound;
}

// What the single events of one profile say: their properties, whether they
// pass a `where`, which conversions they are, to which sessions they belong.
// Sections 2 and 4 of the language. The numbers of events are their places by
// time and event_id, and of one id of two origins by the digest of both.
class Facts {
 public:
  Facts(const Rulebook& rulebook, std::vector<Event> events);

  const Rulebook& rulebook() const { return rulebook_; }
  const Event& event(size_t e) const { return events_[e]; }
  size_t size() const { return events_.size(); }
  // The events at or before `t` are those below this number.
  size_t Known(Instant t) const;
  Instant TimeOf(size_t e) const { return ToInstant(events_[e].occurred_at); }
  absl::CivilDay DayOf(size_t e, absl::TimeZone zone) const;
  size_t SessionOf(size_t e) const { return sessions_[e]; }
  bool HasItems(size_t e) const { return !items_[e].empty(); }

  // The places of the items that `same` sees.
  std::vector<size_t> ItemsRead(size_t e, const Same& same) const;
  // The values of a property of the event, or of the items that `same` sees.
  std::vector<Value> Read(size_t e, const std::string& name,
                          const Same& same) const;
  // Those by which values are told apart.
  std::set<std::string> Texts(size_t e, const std::string& name) const;
  // Whether the event has the value of `same`.
  bool Agrees(size_t e, const Same& same) const;

  bool Passes(const Where& where, size_t e, const Same& same) const;
  bool Selected(const Selection& selection, size_t e, const Same& same) const;
  bool IsA(const NamedConversion& of, size_t e, const Same& same = {}) const;

 private:
  bool Selected(const Selector& selector, size_t e, const Same& same) const;
  bool AreOnce(const Conversion& conversion, size_t left, size_t right) const;

  const Rulebook& rulebook_;
  std::vector<Event> events_;
  std::vector<std::vector<Properties>> items_;
  std::vector<size_t> sessions_;
};

}  // namespace audienced::oracle

#endif  // AUDIENCED_TESTS_ORACLE_FACTS_H_
