#ifndef AUDIENCED_DAEMON_CTL_TEXT_PRINTABLE_H_
#define AUDIENCED_DAEMON_CTL_TEXT_PRINTABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "google/protobuf/timestamp.pb.h"
#include "rules/source/printable.h"  // Printable() and Grouped() are here
#include "rules/source/render.h"

// Small pieces of text that all answers are made of, beside those of
// rules/source/printable.h. What came in with events
// is anybody's text: it is printed as text and never steers the terminal.

namespace audienced {

// The number of characters of UTF-8 text, each taken as one column wide.
size_t WidthOf(std::string_view text);

// `text` cut to `width` characters; what is cut ends in `...`.
std::string Cut(std::string_view text, size_t width);

// The `names`, printable, with `between` between two.
template <typename Names>
std::string Joined(const Names& names, std::string_view between) {
  std::string text;
  for (const std::string& name : names) {
    text.append(text.empty() ? "" : between).append(Printable(name));
  }
  return text;
}

enum class Paint { kGreen, kRed, kYellow, kGrey };
std::string Painted(std::string_view text, Paint paint, Color color);

// RFC 3339 in UTC: exact to the microsecond, or cut to the second.
std::string ExactTime(const google::protobuf::Timestamp& time);
std::string TimeToSecond(const google::protobuf::Timestamp& time);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_PRINTABLE_H_
