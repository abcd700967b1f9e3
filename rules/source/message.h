#ifndef AUDIENCED_RULES_SOURCE_MESSAGE_H_
#define AUDIENCED_RULES_SOURCE_MESSAGE_H_

#include <string>
#include <string_view>

namespace audienced {

// The parts one after the other. Stands in for absl::StrCat, which in Debian's
// build takes no std::string_view.
template <typename... Parts>
std::string Concat(const Parts&... parts) {
  std::string text;
  (text.append(parts), ...);
  return text;
}

// The author's words in a message: in single quotes, cut to a length that
// leaves the message readable.
inline std::string Quoted(std::string_view text) {
  constexpr size_t kLimit = 60;
  if (text.size() <= kLimit) return Concat("'", text, "'");
  size_t end = kLimit;
  // Not inside a character of several bytes.
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return Concat("'", text.substr(0, end), "...'");
}

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_MESSAGE_H_
