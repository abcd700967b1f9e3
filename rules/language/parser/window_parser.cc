#include <array>
#include <optional>

#include "rules/language/parser/condition_parts.h"
#include "rules/language/parser/scalar_parser.h"

namespace audienced {
namespace {

constexpr std::array<Word<CalendarWord>, 8> kCalendarWords = {{
    {"today", CalendarWord::kToday},
    {"yesterday", CalendarWord::kYesterday},
    {"this_week", CalendarWord::kThisWeek},
    {"last_week", CalendarWord::kLastWeek},
    {"this_month", CalendarWord::kThisMonth},
    {"last_month", CalendarWord::kLastMonth},
    {"this_year", CalendarWord::kThisYear},
    {"last_year", CalendarWord::kLastYear},
}};

void ReadInLast(const Node& node, const Scope& scope, Window& window) {
  window.kind = Window::Kind::kInLast;
  const auto span = ReadSpan(node, "window", scope);
  if (span) window.below = *span;
}

constexpr std::array<Field<Window>, 2> kAgoFields = {{
    {"at_least",
     [](const Node& value, const Scope& at, Window& target) {
       target.at_least = ReadDuration(value, at).value_or(absl::ZeroDuration());
     },
     DurationText,
     "the event is at least this long ago; exactly as long counts"},
    {"below",
     [](const Node& value, const Scope& at, Window& target) {
       target.below =
           ReadSpan(value, "window", at).value_or(absl::InfiniteDuration());
     },
     SpanText,
     "and less than this; exactly as long does not count",
     {"no limit"}},
}};

MappingShape AgoShape() {
  MappingShape shape = {"ago", {}};
  AddKeys<Window>(kAgoFields, shape);
  // `below` alone has a fault of its own.
  shape.Key("at_least").otherwise = kRequired;
  return shape;
}

void ReadAgo(const Node& node, const Scope& scope, Window& window) {
  window.kind = Window::Kind::kAgo;
  if (!ReadFields<Window>(node, {"'ago'"}, kAgoFields, scope, window)) return;
  const Node* below = node.Find("below");
  if (node.Find("at_least") == nullptr) {
    if (below == nullptr) {
      scope.Fault("missing-key", node.place,
                  "found no 'at_least'; 'ago' must have one");
    } else {
      scope.Fault("below-alone", below->place,
                  "found 'below' without 'at_least' in 'ago'",
                  Concat("say 'in_last: ", below->text, "'"));
    }
    return;
  }
  if (below != nullptr && window.below <= window.at_least) {
    scope.Fault("empty-window", below->place,
                Concat("window is empty; 'below' ", Quoted(below->text),
                       " must be longer than 'at_least'"));
  }
}

void ReadSince(const Node& node, const Scope& scope, Window& window) {
  window.kind = Window::Kind::kSince;
  const auto from = ReadWindowEnd(node, scope);
  if (from) window.from = from->time;
}

void ReadBetween(const Node& node, const Scope& scope, Window& window) {
  window.kind = Window::Kind::kBetween;
  if (node.kind != Node::Kind::kSequence || node.elements.size() != 2) {
    scope.Fault("wrong-kind", node.place,
                Concat("found ", Found(node),
                       "; 'between' has two dates or timestamps: "
                       "[2026-11-20, 2026-12-01]"));
    return;
  }
  const auto from = ReadWindowEnd(node.elements[0], scope);
  const auto until = ReadWindowEnd(node.elements[1], scope);
  if (!from || !until) return;
  window.from = from->time;
  window.until = until->time;
  if (until->time <= from->time) {
    scope.Fault("empty-window", node.place,
                "window is empty; its second end is not included and must be "
                "later than the first",
                "for one whole day write the day and the next one");
    return;
  }
  CheckEndIsMeant(*until, node.elements[1].place, scope);
}

void ReadCalendarWord(const Node& node, const Scope& scope, Window& window) {
  window.kind = Window::Kind::kCalendar;
  const auto word =
      ReadWord<CalendarWord>(node, "a calendar word", kCalendarWords, scope);
  if (word) window.word = *word;
}

constexpr std::array<Field<Window>, 5> kWindows = {{
    {"in_last", ReadInLast, SpanText,
     "at most this long ago, the full length not included"},
    {"ago", ReadAgo,
     [] { return Said("`at_least` and `below`", MappingOf("ago", AgoShape)); },
     "some time past: at least this long ago, and less than that"},
    {"since", ReadSince, InstantText, "from this date or instant on"},
    {"between", ReadBetween, [] { return PairOf(InstantText()); },
     "from the first date or instant on and before the second one"},
    {"in", ReadCalendarWord,
     [] { return Said("calendar word", OneWordOf(kCalendarWords)); },
     "on that day, or in that week, month or year, of the calendar"},
}};

constexpr std::array<std::string_view, 5> kWindowKeys = {
    "in_last", "ago", "since", "between", "in"};

}  // namespace

KeyNames WindowKeys() { return kWindowKeys; }

void AddWindowKeys(MappingShape& shape) {
  AddKeys<Window>(kWindows, shape);
  shape.rules.push_back(
      {KeyRule::Kind::kAtMostOne, {kWindowKeys.begin(), kWindowKeys.end()}});
}

Window ReadWindow(const Node& mapping, const Scope& scope) {
  Window window;
  CheckAtMostOne(mapping, kWindowKeys, "two-windows",
                 "a condition has one window", scope);
  for (const Field<Window>& field : kWindows) {
    const Node* value = mapping.Find(field.name);
    if (value == nullptr) continue;
    window.place = value->place;
    field.read(*value, scope, window);
    break;
  }
  return window;
}

}  // namespace audienced
