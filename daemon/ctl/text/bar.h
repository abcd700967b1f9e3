#ifndef AUDIENCED_DAEMON_CTL_TEXT_BAR_H_
#define AUDIENCED_DAEMON_CTL_TEXT_BAR_H_

#include <cstdint>
#include <string>

namespace audienced {

// A bar of `size` where `most` fills the width of 40, in eighths of a block
// with `utf8` and in `#` without.
std::string Bar(int64_t size, int64_t most, bool utf8);

// `12.0 %`: `part` of `whole`, which is above 0.
std::string PercentText(int64_t part, int64_t whole);
// The same of a share between 0 and 1, without the sign.
std::string PercentNumber(double share);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_BAR_H_
