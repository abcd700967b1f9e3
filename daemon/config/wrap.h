#ifndef AUDIENCED_DAEMON_CONFIG_WRAP_H_
#define AUDIENCED_DAEMON_CONFIG_WRAP_H_

#include <string>
#include <string_view>
#include <vector>

namespace audienced {

// The words of `text`, which single spaces part, on lines of at most `width`
// bytes; a longer word has a line of its own.
std::vector<std::string> WrappedLines(std::string_view text, size_t width);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CONFIG_WRAP_H_
