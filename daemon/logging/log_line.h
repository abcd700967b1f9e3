#ifndef AUDIENCED_DAEMON_LOGGING_LOG_LINE_H_
#define AUDIENCED_DAEMON_LOGGING_LOG_LINE_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "daemon/logging/log.h"

namespace audienced {

// One message, before it is text.
struct LogMessage {
  absl::Time time;
  LogLevel level;
  std::string_view component;
  std::string_view text;
  LogFields fields;
  // How many equal ones were left out before it.
  int64_t suppressed = 0;
};

// The line of `message` without its end. A message is always one line: breaks
// inside values are escaped in both formats.
std::string LogLine(const LogMessage& message, LogFormat format);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_LOGGING_LOG_LINE_H_
