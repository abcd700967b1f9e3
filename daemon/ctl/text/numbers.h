#ifndef AUDIENCED_DAEMON_CTL_TEXT_NUMBERS_H_
#define AUDIENCED_DAEMON_CTL_TEXT_NUMBERS_H_

#include <cstdint>
#include <string>

// Numbers of reports as people read them.

namespace audienced {

// By a format of printf() for one double.
std::string NumberText(const char* format, double number);

// `12.0 %`: `part` of `whole`; empty where that is 0.
std::string PercentText(int64_t part, int64_t whole);
// The same of a share between 0 and 1, without the sign.
std::string PercentNumber(double share);

// A probability: `0.043`, `below 0.001`.
std::string ChanceText(double chance);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_TEXT_NUMBERS_H_
