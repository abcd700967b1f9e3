#ifndef AUDIENCED_TESTS_UNIT_CHECK_CASE_H_
#define AUDIENCED_TESTS_UNIT_CHECK_CASE_H_

#include <string>

#include "tests/unit/loading.h"

namespace audienced {

// All faults of `loaded` in one line.
inline std::string Codes(const Loaded& loaded) {
  std::string text;
  for (const std::string& code : loaded.codes()) {
    text += (text.empty() ? "" : " ") + code;
  }
  return text;
}

struct CheckCase {
  std::string text;
  std::string expected = "";  // codes in the order of places
};

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_CHECK_CASE_H_
