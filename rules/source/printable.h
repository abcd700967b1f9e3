#ifndef AUDIENCED_RULES_SOURCE_PRINTABLE_H_
#define AUDIENCED_RULES_SOURCE_PRINTABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace audienced {

// `text` with a `?` for each control character, on one line. What came in with
// events is anybody's text: it is printed as text and never steers a terminal.
std::string Printable(std::string_view text);

// `1,234,567`.
std::string Grouped(int64_t number);

}  // namespace audienced

#endif  // AUDIENCED_RULES_SOURCE_PRINTABLE_H_
