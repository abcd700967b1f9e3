#include "rules/language/parser/foreign_words.h"

#include <algorithm>
#include <array>

#include "rules/history/decimal.h"
#include "rules/source/message.h"

namespace audienced {
namespace {

struct Synonym {
  std::string_view foreign;
  std::string_view word;
};

// Of other audience builders, of programming languages and of SQL. Where a word
// stands twice, the first meaning that is a key in that place is told.
constexpr std::array<Synonym, 39> kSynonyms = {{
    {"and", "all"},
    {"or", "any"},
    {"not", "none"},
    {"exclude", "except"},
    {"unless", "except"},
    {"if", "who"},
    {"when", "who"},
    {"conditions", "who"},
    {"filter", "where"},
    {"properties", "where"},
    {"performed", "did"},
    {"has_done", "did"},
    {"event", "did"},
    {"then", "did"},
    {"never", "did_not"},
    {"not_did", "did_not"},
    {"didnt", "did_not"},
    {"didn't", "did_not"},
    {"did_never", "did_not"},
    {"steps", "sequence"},
    {"count", "times"},
    {"within", "in_last"},
    {"last", "in_last"},
    {"after", "since"},
    {"from", "since"},
    {"member_of", "in_audience"},
    {"min", "at_least"},
    {"max", "at_most"},
    {"more_than", "above"},
    {"less_than", "below"},
    {"gte", "at_least"},
    {"lte", "at_most"},
    {"gt", "above"},
    {"lt", "below"},
    {"eq", "exactly"},
    {"equals", "is"},
    {"eq", "is"},
    {"regex", "matches"},
    {"name", "title"},
}};

// The longer ones first.
constexpr std::array<Synonym, 8> kOperators = {{
    {">=", "at_least"},
    {"<=", "at_most"},
    {"==", "exactly"},
    {"!=", "is_not"},
    {">", "above"},
    {"<", "below"},
    {"=", "exactly"},
    {"=", "is"},
}};

// What is written in place of a value alone; $0 is the value.
constexpr std::array<Synonym, 8> kBareValues = {{
    {"'days'", "write days: { at_least: $0 }"},
    {"'ago'", "write ago: { at_least: $0 }"},
    {"'distinct'", "write distinct: { of: $0, at_least: 2 }"},
    {"'sum'", "write sum: { of: $0, at_least: 100 }"},
    {"'average'", "write average: { of: $0, at_least: 100 }"},
    {"'minimum'", "write minimum: { of: $0, at_least: 100 }"},
    {"'maximum'", "write maximum: { of: $0, at_least: 100 }"},
    {"'trait'",
     "write trait: { $0: ... }, with a value or a test such as "
     "{ exists: true }"},
}};

std::string_view WordFor(std::string_view key,
                         const std::vector<std::string_view>& known) {
  const auto is_known = [&](std::string_view word) {
    return std::find(known.begin(), known.end(), word) != known.end();
  };
  for (const Synonym& one : kSynonyms) {
    if (one.foreign == key && is_known(one.word)) return one.word;
  }
  for (const Synonym& one : kOperators) {
    if (one.foreign == key && is_known(one.word)) return one.word;
  }
  return "";
}

bool IsDigits(std::string_view text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view Trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string HelpForForeignKey(std::string_view key,
                              const std::vector<std::string_view>& known) {
  const std::string_view word = WordFor(key, known);
  if (word == "none") {
    return "write 'none' and a list: none: [{ did: ... }], or did_not";
  }
  if (!word.empty()) return Concat("write ", Quoted(word));
  if (IsDigits(key)) {
    return "a comma begins a new entry; decimals have a point: 99.50";
  }
  const size_t space = key.find(' ');
  const std::string_view first = key.substr(0, space);
  if (space != std::string_view::npos &&
      std::find(known.begin(), known.end(), first) != known.end()) {
    return Concat("behind ", Quoted(first), " a colon is missing: ", first,
                  ": ", Trimmed(key.substr(space)));
  }
  const size_t mark = key.find_first_of(":=");
  if (mark != std::string_view::npos && mark > 0) {
    return Concat("write a colon and a space: ", Trimmed(key.substr(0, mark)),
                  ": ", Trimmed(key.substr(mark + 1)));
  }
  return "";
}

std::string HelpForBareValue(std::string_view what, std::string_view text) {
  for (const Synonym& one : kBareValues) {
    if (one.foreign != what) continue;
    std::string help(one.word);
    const size_t place = help.find("$0");
    return help.replace(place, 2, text);
  }
  return "";
}

std::optional<OperatorText> ReadOperatorText(std::string_view text) {
  for (const Synonym& one : kOperators) {
    if (!text.starts_with(one.foreign)) continue;
    const std::string_view number = Trimmed(text.substr(one.foreign.size()));
    if (!ParseDecimal(number)) return std::nullopt;
    return OperatorText{one.word, number};
  }
  return std::nullopt;
}

}  // namespace audienced
