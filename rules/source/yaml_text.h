#ifndef AUDIENCED_RULES_SOURCE_YAML_TEXT_H_
#define AUDIENCED_RULES_SOURCE_YAML_TEXT_H_

#include <optional>
#include <string_view>

namespace audienced {

// What the YAML reader must find out from the text itself, because yaml-cpp
// tells where a token begins, but not where it ends. Offsets are of bytes.

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// The first byte that belongs to no UTF-8 text, or a control character (NUL
// and 0x04 end yaml-cpp's input silently). Absent where all is text.
std::optional<size_t> FindByteThatIsNoText(std::string_view text);

// The end of the scalar that begins at `begin` and reads as `value`: after the
// closing quote, after the header of a block, after the text of a plain one.
// Where a plain scalar goes on in the next line, the end of its first line.
size_t ScalarEnd(std::string_view text, size_t begin, std::string_view value);

// Whether a quote begins at `begin` that is never closed.
bool IsOpenQuote(std::string_view text, size_t begin);

// U+00A0, which editors and web pages put in place of a space, and which YAML
// takes for a letter.
inline constexpr std::string_view kNoBreakSpace = "\xC2\xA0";

// The first no-break space of `line` that stands where YAML needs white space:
// before the first word, and behind the colon of a key that is one word, at the
// start or behind a brace or comma. Absent where there is none: in texts such
// spaces are letters like others.
std::optional<size_t> FindOddSpace(std::string_view line);

// The start of the line by which a merge marks the first of two sides that it
// could not settle. Absent where there is none.
std::optional<size_t> FindConflictMarker(std::string_view text);

// The word at `begin` that YAML reads as null (`null`, `~`, ...); empty where
// the value was simply left out.
std::string_view NullWordAt(std::string_view text, size_t begin);

// The offset after the `closer` of a flow list or mapping whose last part ends
// at `from`; `from` itself where it does not come next.
size_t FlowEnd(std::string_view text, size_t from, char closer);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_YAML_TEXT_H_
