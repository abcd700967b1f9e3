#ifndef AUDIENCED_RULES_LANGUAGE_PARSER_FOREIGN_WORDS_H_
#define AUDIENCED_RULES_LANGUAGE_PARSER_FOREIGN_WORDS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace audienced {

// What an author probably means by a key that is none here, for the help of a
// fault: the word of this language for a word of another one (`and`, `min`,
// `>=`), or what to do about a slip of the keyboard. Empty where nothing comes
// to mind; a near spelling is another matter.
std::string HelpForForeignKey(std::string_view key,
                              const std::vector<std::string_view>& known);

// What to write where the value `text` stands alone behind a key that wants a
// mapping; `what` is that key as messages have it: `'ago'`. Empty where that is
// not clear.
std::string HelpForBareValue(std::string_view what, std::string_view text);

// A comparison written as an operator: `>= 100`.
struct OperatorText {
  std::string_view key;     // "at_least"
  std::string_view number;  // "100"
};
std::optional<OperatorText> ReadOperatorText(std::string_view text);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_PARSER_FOREIGN_WORDS_H_
