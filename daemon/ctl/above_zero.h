#ifndef AUDIENCED_DAEMON_CTL_ABOVE_ZERO_H_
#define AUDIENCED_DAEMON_CTL_ABOVE_ZERO_H_

#include <CLI/CLI.hpp>
#include <string>

#include "absl/strings/numbers.h"
#include "rules/source/message.h"

namespace audienced {

// Of an option that takes a number: CLI::PositiveNumber would name both ends of
// its range, the upper one with 309 digits.
inline CLI::Validator AboveZero() {
  return CLI::Validator(
      [](std::string& text) {
        double number = 0;
        return absl::SimpleAtod(text, &number) && number > 0
                   ? std::string()
                   : Concat(text, " is not a number above 0");
      },
      "above 0");
}

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_CTL_ABOVE_ZERO_H_
