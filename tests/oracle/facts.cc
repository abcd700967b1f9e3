#include "tests/oracle/facts.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "re2/re2.h"
#include "rules/engine/project/projection.h"
#include "rules/language/duration_text.h"

namespace audienced::oracle {
namespace {

// Letter by letter, as Unicode folds them (its simple case folding).
std::string Folded(const std::string& text) {
  const icu::UnicodeString letters = icu::UnicodeString::fromUTF8(text);
  icu::UnicodeString folded;
  for (int32_t i = 0; i < letters.length(); i = letters.moveIndex32(i, 1)) {
    folded.append(u_foldCase(letters.char32At(i), U_FOLD_CASE_DEFAULT));
  }
  std::string bytes;
  folded.toUTF8String(bytes);
  return bytes;
}

bool PassesWith(const PropertyTest& test, const Value& wanted,
                const Value& found) {
  using enum TestKind;
  if (const std::string* text = wanted.text()) {
    if (!found.text()) return false;
    std::string has = *found.text(), want = *text;
    if (test.kind == kMatches) {
      return RE2::PartialMatch(has, (test.ignore_case ? "(?i)" : "") + want);
    }
    if (test.ignore_case) has = Folded(has), want = Folded(want);
    if (test.kind == kContains) return absl::StrContains(has, want);
    if (test.kind == kStartsWith) return absl::StartsWith(has, want);
    if (test.kind == kEndsWith) return absl::EndsWith(has, want);
    return has == want;
  }
  if (!wanted.number()) return wanted == found;  // booleans
  const std::optional<Decimal> number = AsNumber(found);
  return number &&
         Compares(test.kind, number->millionths, wanted.number()->millionths,
                  test.values.back().number()->millionths);
}

bool PassesPositive(const PropertyTest& test, const Value& found) {
  if (found.is_null()) return false;
  if (test.kind == TestKind::kExists) return true;
  if (found.list()) {
    return std::ranges::any_of(*found.list(), [&](const Value& element) {
      return PassesPositive(test, element);
    });
  }
  if (test.kind == TestKind::kBetween) {
    return PassesWith(test, test.values[0], found);
  }
  return std::ranges::any_of(test.values, [&](const Value& wanted) {
    return PassesWith(test, wanted, found);
  });
}

Value PropertyOf(const Properties& properties, const std::string& name) {
  const Value* value = properties.FindPath(name);
  return value ? *value : Value();
}

Value ItemProperty(const Properties& item, const std::string& name) {
  if (name == "item_value") {
    const auto price = AsNumber(ItemProperty(item, "price"));
    const auto quantity = AsNumber(ItemProperty(item, "quantity"));
    return price && quantity ? Value(Multiply(*price, *quantity)) : Value();
  }
  const Value value = PropertyOf(item, name);
  return name == "quantity" && value.is_null() ? Value(Decimal::FromInteger(1))
                                               : value;
}

// The first day of the unit `later` units after that of `day`.
absl::CivilDay FirstDay(CalendarWord word, absl::CivilDay day, int later) {
  switch (word) {
    case CalendarWord::kToday:
    case CalendarWord::kYesterday:
      return day + later;
    case CalendarWord::kThisWeek:
    case CalendarWord::kLastWeek:
      return absl::PrevWeekday(day + 1, absl::Weekday::monday) + 7 * later;
    case CalendarWord::kThisMonth:
    case CalendarWord::kLastMonth:
      return absl::CivilDay(absl::CivilMonth(day) + later);
    case CalendarWord::kThisYear:
    case CalendarWord::kLastYear:
      break;
  }
  return absl::CivilDay(absl::CivilYear(day) + later);
}

}  // namespace

bool Passes(const PropertyTest& test, const std::vector<Value>& found) {
  const bool negated = test.kind == TestKind::kIsNot ||
                       (test.kind == TestKind::kExists && !test.expected);
  return negated != std::ranges::any_of(found, [&](const Value& value) {
           return PassesPositive(test, value);
         });
}

std::string InstantText(Instant t) {
  if (t == Instant::Forever()) return "forever";
  if (t == Instant::Never()) return "never";
  return TimestampText(ToTime(t));
}

absl::TimeZone ZoneOf(const std::string& name) {
  absl::TimeZone zone;
  absl::LoadTimeZone(name, &zone);
  return zone;
}

Span InWindow(const Window& window, Instant e, absl::TimeZone zone) {
  const absl::Time at = ToTime(e);
  if (window.kind != Window::Kind::kCalendar) {
    if (at < window.from || at >= window.until) return {e, e};
    return {Later(e, window.at_least), Later(e, window.below)};
  }
  const bool before = window.word == CalendarWord::kYesterday ||
                      window.word == CalendarWord::kLastWeek ||
                      window.word == CalendarWord::kLastMonth ||
                      window.word == CalendarWord::kLastYear;
  const auto start = [&](int later) {
    const absl::CivilDay day = absl::ToCivilDay(at, zone);
    return ToInstant(absl::FromCivil(FirstDay(window.word, day, later), zone));
  };
  return {start(before ? 1 : 0), start(before ? 2 : 1)};
}

Facts::Facts(const Rulebook& rulebook, std::vector<Event> events)
    : rulebook_(rulebook), events_(std::move(events)) {
  std::ranges::sort(events_, {}, [](const Event& event) {
    return std::make_tuple(event.occurred_at, std::string_view(event.event_id),
                           EventDigest(event.origin, event.event_id));
  });
  std::map<std::string, size_t> given;  // session ids
  absl::Time last = absl::InfinitePast();
  size_t running = 0;  // among the events without one
  for (size_t e = 0; e < events_.size(); ++e) {
    NormalizeKnownNames(events_[e]);
    items_.push_back(ItemsOf(events_[e]));
    const auto id = AsText(PropertyOf(events_[e].properties, "session_id"));
    if (id) {
      sessions_.push_back(given.try_emplace(*id, e).first->second);
      continue;
    }
    if (events_[e].occurred_at - last >= absl::Minutes(30)) running = e;
    last = events_[e].occurred_at;
    sessions_.push_back(running);
  }
}

size_t Facts::Known(Instant t) const {
  size_t known = 0;
  while (known < events_.size() && TimeOf(known) <= t) ++known;
  return known;
}

absl::CivilDay Facts::DayOf(size_t e, absl::TimeZone zone) const {
  return absl::ToCivilDay(events_[e].occurred_at, zone);
}

std::vector<size_t> Facts::ItemsRead(size_t e, const Same& same) const {
  const bool all =
      !IsItemProperty(same.property) || Texts(e, same.property).empty();
  std::vector<size_t> read;
  for (size_t item = 0; item < items_[e].size(); ++item) {
    const Value value = ItemProperty(items_[e][item], same.property);
    if (all || AsText(value) == same.value) read.push_back(item);
  }
  return read;
}

std::vector<Value> Facts::Read(size_t e, const std::string& name,
                               const Same& same) const {
  if (!IsItemProperty(name)) return {PropertyOf(events_[e].properties, name)};
  std::vector<Value> values;
  for (size_t item : ItemsRead(e, same)) {
    values.push_back(ItemProperty(items_[e][item], name));
  }
  return values;
}

std::set<std::string> Facts::Texts(size_t e, const std::string& name) const {
  std::set<std::string> texts;
  for (const Value& value : Read(e, name, {})) {
    if (const auto text = AsText(value)) texts.insert(*text);
  }
  return texts;
}

bool Facts::Agrees(size_t e, const Same& same) const {
  return same.property.empty() || Texts(e, same.property).contains(same.value);
}

bool Facts::Passes(const Where& where, size_t e, const Same& same) const {
  const auto passes = [&](const PropertyTest& test) {
    return oracle::Passes(test, Read(e, test.property, same));
  };
  const auto item_passes_all = [&](size_t item) {
    return std::ranges::all_of(where.item_tests, [&](const auto& test) {
      return oracle::Passes(test,
                            {ItemProperty(items_[e][item], test.property)});
    });
  };
  return std::ranges::all_of(where.tests, passes) &&
         (where.item_tests.empty() ||
          std::ranges::any_of(ItemsRead(e, same), item_passes_all));
}

bool Facts::Selected(const Selector& selector, size_t e,
                     const Same& same) const {
  return (selector.any_event ||
          std::ranges::count(selector.event_names, events_[e].name) > 0) &&
         Passes(selector.where, e, same);
}

bool Facts::Selected(const Selection& selection, size_t e,
                     const Same& same) const {
  if (const auto& selector = selection.inline_selector) {
    return Selected(*selector, e, same);
  }
  return std::ranges::any_of(
      selection.conversions,
      [&](const NamedConversion& of) { return IsA(of, e, same); });
}

// `once_per` comes before `same`: it counts the events as they are.
bool Facts::IsA(const NamedConversion& of, size_t e, const Same& same) const {
  const Conversion& conversion = *rulebook_.FindConversion(of.name);
  if (!Selected(conversion.selector, e, same)) return false;
  if (!conversion.once_per) return true;
  if (!Selected(conversion.selector, e, Same{})) return false;
  for (size_t first = 0; first < e; ++first) {
    if (Selected(conversion.selector, first, Same{}) &&
        AreOnce(conversion, first, e)) {
      return false;
    }
  }
  return true;
}

bool Facts::AreOnce(const Conversion& conversion, size_t left,
                    size_t right) const {
  if (conversion.once_per->kind == OncePer::Kind::kSession) {
    return sessions_[left] == sessions_[right];
  }
  if (conversion.once_per->kind == OncePer::Kind::kDay) {
    const absl::TimeZone zone = ZoneOf(conversion.time_zone);
    return DayOf(left, zone) == DayOf(right, zone);
  }
  const auto texts = Texts(left, conversion.once_per->property);
  return !texts.empty() && texts == Texts(right, conversion.once_per->property);
}

}  // namespace audienced::oracle
