#ifndef AUDIENCED_DAEMON_LOGGING_LOG_H_
#define AUDIENCED_DAEMON_LOGGING_LOG_H_

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace audienced {

// The log of the daemon: one line a message, on standard error.
//
//   LogInfo("pipeline", "rules are in force", {{"version", 7}});
//
// The log holds no personal data, by construction: the message is a literal,
// and identifiers, traits, event properties and texts that quote them are never
// fields. What may be one: names from the rulebook (audiences, conversions),
// counts, durations, instants, addresses that the daemon listens on, and errors
// of the system. Thread-safe.

enum class LogLevel { kDebug, kInfo, kWarning, kError };

enum class LogFormat {
  // {"ts":"2026-03-01T00:00:00.000Z","level":"info","component":"pipeline",
  //  "msg":"rules are in force","version":7}       (on one line)
  kJson,
  // 2026-03-01T00:00:00.000Z info  pipeline: rules are in force version=7
  kConsole,
};

// A key with a value of the log's own types. The unit is last in the key:
// `wait_seconds`, `size_bytes`. A duration becomes seconds, an instant RFC
// 3339, a status its code and message.
class LogField {
 public:
  using Value = std::variant<bool, int64_t, double, std::string>;

  template <std::integral Number>
  LogField(std::string_view key, Number value)
      : key_(key), value_(static_cast<int64_t>(value)) {}
  LogField(std::string_view key, bool value) : key_(key), value_(value) {}
  LogField(std::string_view key, double value) : key_(key), value_(value) {}
  LogField(std::string_view key, std::string value)
      : key_(key), value_(std::move(value)) {}
  LogField(std::string_view key, std::string_view value)
      : key_(key), value_(std::string(value)) {}
  LogField(std::string_view key, const char* value)
      : key_(key), value_(std::string(value)) {}
  LogField(std::string_view key, absl::Duration value);
  LogField(std::string_view key, absl::Time value);
  LogField(std::string_view key, const absl::Status& value);

  std::string_view key() const { return key_; }
  const Value& value() const { return value_; }

 private:
  std::string_view key_;
  Value value_;
};

using LogFields = std::initializer_list<LogField>;

// Sets what is written from here on, and how. Before it: console, info.
// `stream` is for tests and must outlive all logging; null: standard error.
void StartLogging(LogFormat format, LogLevel level,
                  std::ostream* stream = nullptr);

// `component` is the folder or class that speaks; `message` is lower case
// without a final period. Of equal (component, message) at most kRepeatLimit
// are written in kRepeatPeriod; the next one after that has the field
// `suppressed` with the number left out.
void LogDebug(std::string_view component, std::string_view message,
              LogFields fields = {});
void LogInfo(std::string_view component, std::string_view message,
             LogFields fields = {});
void LogWarning(std::string_view component, std::string_view message,
                LogFields fields = {});
void LogError(std::string_view component, std::string_view message,
              LogFields fields = {});

// The names in settings and lines: `debug info warning error`.
std::string_view LogLevelName(LogLevel level);

}  // namespace audienced

#endif  // AUDIENCED_DAEMON_LOGGING_LOG_H_
