#include "rules/source/yaml_text.h"

#include <algorithm>
#include <array>

#include "rules/source/message.h"
#include "rules/source/node.h"

namespace audienced {
namespace {

constexpr std::string_view kLineEnds = "\r\n";

// The length of the UTF-8 character at `offset`; 0 where it is malformed, too
// long for its value, a surrogate or beyond U+10FFFF.
size_t CharacterLength(std::string_view text, size_t offset) {
  const auto byte = [&](size_t i) -> unsigned {
    return static_cast<unsigned char>(text[offset + i]);
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  size_t length = 0;
  if (lead >= 0xC2 && lead <= 0xDF) length = 2;
  if (lead >= 0xE0 && lead <= 0xEF) length = 3;
  if (lead >= 0xF0 && lead <= 0xF4) length = 4;
  if (length == 0 || offset + length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned second = byte(1);
  if (lead == 0xE0 && second < 0xA0) return 0;
  if (lead == 0xED && second > 0x9F) return 0;
  if (lead == 0xF0 && second < 0x90) return 0;
  if (lead == 0xF4 && second > 0x8F) return 0;
  return length;
}

// After the closing quote; absent where there is none.
std::optional<size_t> FindDoubleQuotedEnd(std::string_view text, size_t begin) {
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return std::nullopt;
}

std::optional<size_t> FindSingleQuotedEnd(std::string_view text, size_t begin) {
  for (size_t i = begin + 1; i < text.size(); ++i) {
    if (text[i] != '\'') continue;
    const bool escaped = i + 1 < text.size() && text[i + 1] == '\'';
    if (!escaped) return i + 1;
    ++i;
  }
  return std::nullopt;
}

size_t FirstLineEnd(std::string_view text, size_t begin) {
  size_t end = std::min(text.find_first_of(kLineEnds, begin), text.size());
  while (end > begin + 1 && (text[end - 1] == ' ' || text[end - 1] == '\t')) {
    --end;
  }
  return end;
}

}  // namespace

std::optional<size_t> FindByteThatIsNoText(std::string_view text) {
  size_t offset = 0;
  while (offset < text.size()) {
    const unsigned char byte = text[offset];
    const bool steers = byte < 0x20 || byte == 0x7F;
    if (steers && byte != '\t' && byte != '\n' && byte != '\r') return offset;
    const size_t length = CharacterLength(text, offset);
    if (length == 0) return offset;
    offset += length;
  }
  return std::nullopt;
}

size_t ScalarEnd(std::string_view text, size_t begin, std::string_view value) {
  if (begin >= text.size()) return text.size();
  switch (text[begin]) {
    case '"':
      return FindDoubleQuotedEnd(text, begin).value_or(text.size());
    case '\'':
      return FindSingleQuotedEnd(text, begin).value_or(text.size());
    case '|':
    case '>':
      return FirstLineEnd(text, begin);
    default:
      if (text.substr(begin, value.size()) == value) {
        return begin + value.size();
      }
      return FirstLineEnd(text, begin);
  }
}

bool IsOpenQuote(std::string_view text, size_t begin) {
  if (begin >= text.size()) return false;
  if (text[begin] == '"') return !FindDoubleQuotedEnd(text, begin);
  if (text[begin] == '\'') return !FindSingleQuotedEnd(text, begin);
  return false;
}

std::optional<size_t> FindOddSpace(std::string_view line) {
  constexpr std::string_view kIndent = " -";
  constexpr std::string_view kWord =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$";
  for (size_t space = line.find(kNoBreakSpace); space != std::string_view::npos;
       space = line.find(kNoBreakSpace, space + 1)) {
    std::string_view before = line.substr(0, space);
    if (before.find_first_not_of(kIndent) == std::string_view::npos) {
      return space;
    }
    if (!before.ends_with(':')) continue;
    before.remove_suffix(1);
    before = before.substr(0, before.find_last_not_of(kWord) + 1);
    const size_t last = before.find_last_not_of(kIndent);
    const bool begins = last == std::string_view::npos || before[last] == '{' ||
                        before[last] == ',';
    const bool is_quoted =
        std::count(before.begin(), before.end(), '"') % 2 == 1;
    if (begins && !is_quoted) return space;
  }
  return std::nullopt;
}

std::optional<size_t> FindConflictMarker(std::string_view text) {
  constexpr std::string_view kMarker = "<<<<<<< ";
  if (text.starts_with(kMarker)) return 0;
  const size_t found = text.find(Concat("\n", kMarker));
  if (found == std::string_view::npos) return std::nullopt;
  return found + 1;
}

std::string_view NullWordAt(std::string_view text, size_t begin) {
  constexpr std::array<std::string_view, 4> kWords = {"null", "Null", "NULL",
                                                      "~"};
  if (begin >= text.size()) return "";
  for (std::string_view word : kWords) {
    if (text.substr(begin, word.size()) != word) continue;
    const size_t end = begin + word.size();
    constexpr std::string_view kDelimiters = " \t\r\n,]}";
    if (end == text.size() ||
        kDelimiters.find(text[end]) != std::string_view::npos) {
      return text.substr(begin, word.size());
    }
  }
  return "";
}

size_t FlowEnd(std::string_view text, size_t from, char closer) {
  constexpr std::string_view kBetween = " \t\r\n,:?";
  for (size_t i = from; i < text.size(); ++i) {
    if (text[i] == closer) return i + 1;
    if (text[i] == '#') {
      i = text.find('\n', i);
      if (i == std::string_view::npos) return from;
    } else if (kBetween.find(text[i]) == std::string_view::npos) {
      return from;
    }
  }
  return from;
}

bool IsBooleanWord(std::string_view text) {
  constexpr std::array<std::string_view, 22> kWords = {
      "y",   "Y",   "yes",  "Yes",   "YES",   "n",    "N",  "no",
      "No",  "NO",  "true", "True",  "TRUE",  "on",   "On", "ON",
      "off", "Off", "OFF",  "false", "False", "FALSE"};
  return std::find(kWords.begin(), kWords.end(), text) != kWords.end();
}

}  // namespace audienced
