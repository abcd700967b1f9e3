#ifndef AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_LETTERS_H_
#define AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_LETTERS_H_

#include <optional>
#include <string>
#include <string_view>

// What Unicode says of letters. The only user of ICU's strings.

namespace audienced {

// `text` in lower case, by the rules of no language in particular, and composed
// (NFC): `É` as one character or as two is the same `é`. Absent where it is not
// UTF-8 or has a control character.
std::optional<std::string> LowerCase(std::string_view text);

// What LettersOf() keeps beside letters and the marks on them.
enum class Keep {
  kNothing,
  kDigits,
  kDigitsAndSpaces,  // spaces of any kind and number between words: one each
};

// The letters of `lower`, which LowerCase() has made.
std::string LettersOf(std::string_view lower, Keep keep);

// `text` without white space, Unicode's too, around it; or without any. Bytes
// that are not UTF-8 are no white space.
std::string_view Trimmed(std::string_view text);
std::string WithoutSpaces(std::string_view text);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_DESTINATION_NORMAL_FORM_LETTERS_H_
