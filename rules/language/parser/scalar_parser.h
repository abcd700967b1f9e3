#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_SCALAR_PARSER_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_SCALAR_PARSER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "rules/history/decimal.h"
#include "rules/language/parser/scope.h"
#include "rules/source/node.h"
#include "rules/source/spelling.h"

// Single values. Each function answers with the value, or with nothing after a
// fault at the value's place. `what` names the value in messages: "a title".

namespace audienced {

// Text that is not empty. An unquoted word that YAML takes for a boolean (NO)
// is a fault.
std::optional<std::string> ReadText(const Node& node, std::string_view what,
                                    const Scope& scope);

// A list of texts, not empty.
std::vector<std::string> ReadTextList(const Node& node, std::string_view what,
                                      const Scope& scope);

// The name of something defined here: [a-z][a-z0-9_-]{0,62}.
std::optional<std::string> ReadName(const Node& node, std::string_view what,
                                    const Scope& scope);

// An unquoted number of at most six decimal places, below 10^12.
std::optional<Decimal> ReadNumber(const Node& node, std::string_view what,
                                  const Scope& scope);

// An unquoted whole number that is not less than `minimum`.
std::optional<int64_t> ReadWhole(const Node& node, std::string_view what,
                                 int64_t minimum, const Scope& scope);

std::optional<bool> ReadBoolean(const Node& node, std::string_view what,
                                const Scope& scope);

// A duration; zero is one.
std::optional<absl::Duration> ReadDuration(const Node& node,
                                           const Scope& scope);

// A duration of at least 1s. `noun` goes without article: "window".
std::optional<absl::Duration> ReadSpan(const Node& node, std::string_view noun,
                                       const Scope& scope);

// `10%`, from 0 to 100.
std::optional<Decimal> ReadPercent(const Node& node, std::string_view what,
                                   const Scope& scope);

// One end of a window. A date means its midnight in the zone of `scope`.
struct WindowEnd {
  absl::Time time;
  std::optional<absl::CivilDay> day;  // where it was written as a date
};
std::optional<WindowEnd> ReadWindowEnd(const Node& node, const Scope& scope);

// Fault where `until`, which is not included, looks as if its author thought
// that it were: the last day of a month, or a minute before midnight.
void CheckEndIsMeant(const WindowEnd& until, const Place& place,
                     const Scope& scope);

// Whether `node` is a list with at least one element; a fault where not.
bool CheckIsFullList(const Node& node, std::string_view what,
                     const Scope& scope);

// One word of a closed set.
template <typename Meaning>
struct Word {
  std::string_view text;
  Meaning meaning;
};

template <typename Meaning>
std::optional<Meaning> ReadWord(const Node& node, std::string_view what,
                                absl::Span<const Word<Meaning>> words,
                                const Scope& scope) {
  const std::optional<std::string> text = ReadText(node, what, scope);
  if (!text) return std::nullopt;
  std::vector<std::string_view> known;
  std::string list;
  for (const Word<Meaning>& word : words) {
    if (word.text == *text) return word.meaning;
    known.push_back(word.text);
    list += Concat(list.empty() ? "" : ", ", word.text);
  }
  const std::string_view nearest = NearestName(*text, known);
  scope.Fault(
      "unknown-word", node.place,
      Concat("found ", Quoted(*text), "; ", what, " is one of ", list),
      nearest.empty() ? "" : Concat("did you mean ", Quoted(nearest), "?"));
  return std::nullopt;
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_SCALAR_PARSER_H_
