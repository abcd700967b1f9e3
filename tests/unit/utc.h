#ifndef AUDIENCED_TESTS_UNIT_UTC_H_
#define AUDIENCED_TESTS_UNIT_UTC_H_

#include <gtest/gtest.h>

#include <string>

#include "absl/time/time.h"

namespace audienced {

// The instant that `text` names in the form of RFC 3339.
inline absl::Time Utc(const std::string& text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << text;
  return time;
}

}  // namespace audienced

#endif  // AUDIENCED_TESTS_UNIT_UTC_H_
