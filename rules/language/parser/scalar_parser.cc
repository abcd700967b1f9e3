#include "rules/language/parser/scalar_parser.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "rules/language/duration_text.h"
#include "rules/language/parser/foreign_words.h"

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

// “NO”, as word processors write it. One quote alone is an apostrophe.
bool IsInTypographicQuotes(std::string_view text) {
  constexpr std::array<std::string_view, 8> kQuotes = {
      "\u201C", "\u201D", "\u201E", "\u2018",
      "\u2019", "\u201A", "\u00AB", "\u00BB"};
  const auto any = [&](auto&& holds) {
    return std::any_of(kQuotes.begin(), kQuotes.end(), holds);
  };
  return any([&](std::string_view one) { return text.starts_with(one); }) &&
         any([&](std::string_view one) { return text.ends_with(one); });
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

// A number and a word behind it, `24 hours`, as people say durations; absent
// for all else.
struct SpokenDuration {
  std::string digits;
  std::string unit;  // in small letters; empty: only a number stands there
};

std::optional<SpokenDuration> ReadSpokenDuration(std::string_view text) {
  constexpr size_t kDigitLimit = 6;
  SpokenDuration spoken;
  size_t at = 0;
  while (at < text.size() && IsDigit(text[at])) spoken.digits += text[at++];
  if (at == 0 || at > kDigitLimit) return std::nullopt;
  while (at < text.size() && text[at] == ' ') ++at;
  for (; at < text.size(); ++at) {
    const char letter = absl::ascii_tolower(text[at]);
    if (!IsLetter(letter)) return std::nullopt;
    spoken.unit += letter;
  }
  return spoken;
}

std::string DurationHelp(std::string_view text) {
  const auto spoken = ReadSpokenDuration(text);
  const std::string unit = spoken ? spoken->unit : "";
  if (spoken && unit.empty()) {
    return Concat("write the unit as well: ", spoken->digits, "d for days, ",
                  spoken->digits, "h for hours, ", spoken->digits,
                  "m for minutes");
  }
  if (unit.starts_with("ms") || unit.starts_with("mil")) {
    return "the shortest unit is a second; write for example 1s";
  }
  if (spoken && text.ends_with('M')) {
    return Concat("a capital M says nothing; write ", spoken->digits,
                  "m for minutes, or days for months");
  }
  const bool months = unit.starts_with("mo");
  if (months || unit.starts_with("y")) {
    const int days = std::stoi(spoken->digits) * (months ? 30 : 365);
    return Concat("months and years differ in length; write days: ",
                  std::to_string(days), "d");
  }
  if (!unit.empty() &&
      std::string_view("smhdw").find(unit[0]) != std::string_view::npos) {
    const std::string right = Concat(spoken->digits, unit.substr(0, 1));
    return right == text ? "the longest span is 36500d, a hundred years"
                         : Concat("write ", right);
  }
  return "write whole numbers with s, m, h, d or w, the larger unit first: "
         "90s, 15m, 1h, 7d, 1d12h";
}

// The name that an author probably means by a wording: `Cart Abandoners`.
std::string NameHelp(std::string_view text) {
  if (!IsLetter(absl::ascii_tolower(text[0]))) return "";
  std::string name;
  for (const char character : text) {
    const char letter = absl::ascii_tolower(character);
    if (IsLetter(letter) || IsDigit(letter) || letter == '_') {
      name += letter;
    } else if (!name.ends_with('-')) {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  if (!IsName(name)) return "";
  return Concat("write ", name, "; wording for people goes into 'title'");
}

// What is wrong with a text where a number is wanted.
std::string NumberHelp(std::string_view text) {
  if (const auto comparison = ReadOperatorText(text)) {
    return Concat("a comparison is a key: { ", comparison->key, ": ",
                  comparison->number, " }");
  }
  const size_t end = text.find_first_not_of("0123456789.");
  if (end != 0 && end != std::string_view::npos && text[end] == ' ') {
    return Concat("write the number alone: ", text.substr(0, end));
  }
  return std::string(kBeyondNumbers);
}

// `10` and `0.1` may mean 10%.
std::string PercentHelp(std::string_view text) {
  std::optional<Decimal> number = ParseDecimal(text);
  if (!number || *number <= Decimal{}) return "";
  if (*number < Decimal::FromInteger(1)) number->millionths *= 100;
  if (*number > Decimal::FromInteger(100)) return "";
  return Concat("write ", ToText(*number), "%");
}

// A date in another order: 01/12/2026, 24.12.2026.
std::string DateHelp(std::string_view text) {
  std::array<int, 3> parts = {};
  size_t part = 0;
  for (const char character : text) {
    if (IsDigit(character)) {
      if (parts[part] > 9999) return "";
      parts[part] = parts[part] * 10 + (character - '0');
    } else if (++part == parts.size() ||
               std::string_view("/.-").find(character) ==
                   std::string_view::npos) {
      return "";
    }
  }
  const auto day = [&](int month, int day_of_month) -> std::string {
    const absl::CivilDay civil(parts[2], month, day_of_month);
    const bool exists =
        civil.month() == month && civil.day() == day_of_month && month > 0;
    return exists ? absl::FormatCivilTime(civil) : "";
  };
  if (part != 2 || parts[2] < 1000) return "";
  const std::string day_first = day(parts[1], parts[0]);
  const std::string month_first = day(parts[0], parts[1]);
  if (day_first.empty() && month_first.empty()) return "";
  if (day_first.empty() || month_first.empty() || day_first == month_first) {
    return Concat("write the year first: ",
                  day_first.empty() ? month_first : day_first);
  }
  return Concat("write the year first: ", day_first, " or ", month_first,
                ", whichever is meant");
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
  if (!node.quoted && IsInTypographicQuotes(node.text)) {
    scope.Fault("typographic-quotes", node.place,
                Concat("found typographic quotes, which would be part of the "
                       "text; ",
                       what, " has straight ones or none"),
                "write the quotes as \"...\"");
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
                       "of a-z, 0-9, '_' and '-'"),
                NameHelp(*name));
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
                NumberHelp(node.text));
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
                       " is a percentage from 0% to 100%, for example 10%"),
                PercentHelp(node.text));
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
                           : DateHelp(node.text));
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
