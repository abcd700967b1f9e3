#include "rules/language/parser/scalar_parser.h"

#include <algorithm>

#include "rules/language/duration_text.h"

namespace audienced {
namespace {

constexpr std::string_view kBeyondNumbers =
    "a number has at most 6 decimal places and lies below 10^12";

bool IsLetter(char character) { return character >= 'a' && character <= 'z'; }
bool IsDigit(char character) { return character >= '0' && character <= '9'; }

bool IsName(std::string_view text) {
  constexpr size_t kLimit = 63;
  if (text.empty() || text.size() > kLimit || !IsLetter(text[0])) return false;
  return std::all_of(text.begin(), text.end(), [](char character) {
    return IsLetter(character) || IsDigit(character) || character == '_' ||
           character == '-';
  });
}

// Whether `text` writes more decimal places than are kept.
bool HasTooManyPlaces(std::string_view text) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return false;
  if (text.find_first_of("eE") != std::string_view::npos) return false;
  const size_t last = text.find_last_not_of('0');
  return last > point && last - point > 6;
}

// A scalar that is plain or in quotes; a fault for all else.
bool CheckIsScalar(const Node& node, std::string_view what,
                   const Scope& scope) {
  if (node.kind == Node::Kind::kScalar) return true;
  std::string help;
  if (node.kind == Node::Kind::kNull && !node.text.empty()) {
    help = Concat("where the word is meant, put it in quotes: \"", node.text,
                  "\"");
  }
  scope.Fault("wrong-kind", node.place,
              Concat("found ", Found(node), "; ", what, " is a single value"),
              std::move(help));
  return false;
}

std::string DurationHelp(std::string_view text) {
  const bool months = text.find("mo") != std::string_view::npos ||
                      text.find('y') != std::string_view::npos ||
                      text.find('M') != std::string_view::npos;
  if (months) return "months and years are no durations; write days: 30d";
  return "write whole numbers with s, m, h, d or w, the larger unit first: "
         "90s, 15m, 1h, 7d, 1d12h";
}

}  // namespace

std::optional<std::string> ReadText(const Node& node, std::string_view what,
                                    const Scope& scope) {
  if (!CheckIsScalar(node, what, scope)) return std::nullopt;
  if (!node.quoted && IsBooleanWord(node.text)) {
    scope.Fault("boolean-word", node.place,
                Concat("found the word ", Quoted(node.text),
                       ", which YAML reads as a boolean; ", what, " is text"),
                Concat("put it in quotes: \"", node.text, "\""));
    return std::nullopt;
  }
  if (node.text.empty()) {
    scope.Fault(
        "empty-text", node.place,
        Concat("found an empty text; ", what, " has at least one character"));
    return std::nullopt;
  }
  return node.text;
}

std::vector<std::string> ReadTextList(const Node& node, std::string_view what,
                                      const Scope& scope) {
  std::vector<std::string> texts;
  if (!CheckIsFullList(node, what, scope)) return texts;
  for (const Node& element : node.elements) {
    const std::optional<std::string> text = ReadText(element, what, scope);
    if (text) texts.push_back(*text);
  }
  return texts;
}

std::optional<std::string> ReadName(const Node& node, std::string_view what,
                                    const Scope& scope) {
  const std::optional<std::string> name = ReadText(node, what, scope);
  if (!name) return std::nullopt;
  if (!IsName(*name)) {
    scope.Fault("bad-name", node.place,
                Concat("found ", Quoted(*name), "; ", what,
                       " begins with a lower-case letter and has at most 63 "
                       "of a-z, 0-9, '_' and '-'"));
    return std::nullopt;
  }
  return name;
}

std::optional<Decimal> ReadNumber(const Node& node, std::string_view what,
                                  const Scope& scope) {
  if (!CheckIsScalar(node, what, scope)) return std::nullopt;
  const std::optional<Decimal> number = ParseDecimal(node.text);
  if (node.quoted && number) {
    scope.Fault("quoted-number", node.place,
                Concat("found ", Quoted(node.text), " in quotes; ", what,
                       " is a number"),
                Concat("write it without quotes: ", node.text));
    return std::nullopt;
  }
  if (!number || HasTooManyPlaces(node.text)) {
    scope.Fault("bad-number", node.place,
                Concat("found ", Quoted(node.text), "; ", what,
                       " is a number like 12 or 0.5"),
                std::string(kBeyondNumbers));
    return std::nullopt;
  }
  return number;
}

std::optional<int64_t> ReadWhole(const Node& node, std::string_view what,
                                 int64_t minimum, const Scope& scope) {
  const std::optional<Decimal> number = ReadNumber(node, what, scope);
  if (!number) return std::nullopt;
  const int64_t whole = number->millionths / Decimal::kScale;
  if (number->millionths % Decimal::kScale != 0 || whole < minimum) {
    scope.Fault(
        "bad-number", node.place,
        Concat("found ", Quoted(node.text), "; ", what,
               " is a whole number, at least ", std::to_string(minimum)));
    return std::nullopt;
  }
  return whole;
}

std::optional<bool> ReadBoolean(const Node& node, std::string_view what,
                                const Scope& scope) {
  if (!CheckIsScalar(node, what, scope)) return std::nullopt;
  if (!node.quoted && node.text == "true") return true;
  if (!node.quoted && node.text == "false") return false;
  scope.Fault("unknown-word", node.place,
              Concat("found ", Quoted(node.text), "; ", what,
                     " is true or false, without quotes"));
  return std::nullopt;
}

std::optional<absl::Duration> ReadDuration(const Node& node,
                                           const Scope& scope) {
  if (!CheckIsScalar(node, "a duration", scope)) return std::nullopt;
  const std::optional<absl::Duration> duration = ParseDurationText(node.text);
  if (!duration) {
    scope.Fault("bad-duration", node.place,
                Concat("found ", Quoted(node.text),
                       "; a duration is written like 15m, 7d or 1d12h"),
                DurationHelp(node.text));
  }
  return duration;
}

std::optional<absl::Duration> ReadSpan(const Node& node, std::string_view noun,
                                       const Scope& scope) {
  const std::optional<absl::Duration> span = ReadDuration(node, scope);
  if (span && *span <= absl::ZeroDuration()) {
    scope.Fault(
        "empty-window", node.place,
        Concat(noun, " ", Quoted(node.text), " is empty; a ", noun,
               " must be at least 1s"),
        noun == "window" ? "write how far to look, for example '7d'" : "");
    return std::nullopt;
  }
  return span;
}

std::optional<Decimal> ReadPercent(const Node& node, std::string_view what,
                                   const Scope& scope) {
  if (!CheckIsScalar(node, what, scope)) return std::nullopt;
  std::string_view digits = node.text;
  std::optional<Decimal> percent;
  if (digits.ends_with('%')) {
    digits.remove_suffix(1);
    if (!HasTooManyPlaces(digits)) percent = ParseDecimal(digits);
  }
  const bool in_range =
      percent && *percent >= Decimal{} && *percent <= Decimal::FromInteger(100);
  if (!in_range) {
    scope.Fault("bad-percentage", node.place,
                Concat("found ", Quoted(node.text), "; ", what,
                       " is a percentage from 0% to 100%, for example 10%"));
    return std::nullopt;
  }
  return percent;
}

std::optional<WindowEnd> ReadWindowEnd(const Node& node, const Scope& scope) {
  if (!CheckIsScalar(node, "the end of a window", scope)) return std::nullopt;
  if (const auto day = ParseCivilDay(node.text)) {
    return WindowEnd{absl::FromCivil(*day, scope.zone()), day};
  }
  if (const auto time = ParseTimestamp(node.text)) {
    return WindowEnd{*time, std::nullopt};
  }
  // Most often only the zone is missing.
  const bool without_zone = ParseTimestamp(node.text + "Z").has_value();
  scope.Fault("bad-instant", node.place,
              Concat("found ", Quoted(node.text),
                     without_zone ? " without a time zone" : "",
                     "; an instant is a date like 2026-11-01 or a timestamp "
                     "like 2026-11-01T09:00:00Z"),
              without_zone ? Concat("add the zone: ", node.text, "Z, or ",
                                    node.text, "+01:00")
                           : "");
  return std::nullopt;
}

void CheckEndIsMeant(const WindowEnd& until, const Place& place,
                     const Scope& scope) {
  if (until.day) {
    const absl::CivilDay next = *until.day + 1;
    if (next.day() != 1) return;
    scope.Fault("end-not-included", place,
                "the second day is not included, so the last day of the month "
                "is left out",
                "write the first day of the next month to include it");
    return;
  }
  const absl::CivilSecond civil = absl::ToCivilSecond(until.time, scope.zone());
  if (civil.hour() != 23 || civil.minute() != 59) return;
  scope.Fault("end-not-included", place,
              "the end is not included; the last minute of the day is left out",
              "write the date of the next day to include it");
}

bool CheckIsFullList(const Node& node, std::string_view what,
                     const Scope& scope) {
  if (node.kind != Node::Kind::kSequence) {
    scope.Fault("wrong-kind", node.place,
                Concat("found ", Found(node), "; ", what, " stands in a list"),
                node.kind == Node::Kind::kScalar
                    ? Concat("write [", node.text, "]")
                    : "");
    return false;
  }
  if (node.elements.empty()) {
    scope.Fault("empty-list", node.place,
                Concat("the list is empty; it must have ", what));
    return false;
  }
  return true;
}

}  // namespace audienced
