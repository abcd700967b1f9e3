#include "daemon/logging/log.h"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "daemon/logging/log_line.h"
#include "daemon/logging/repeat_limiter.h"

namespace audienced {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

// The log of the process. It is the one place that reads the machine's time
// itself: a line says when it was written, also where a test steps the clock.
class Log {
 public:
  void Start(LogFormat format, LogLevel level, std::ostream* stream) {
    spdlog::sink_ptr sink;
    if (stream == nullptr) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(*stream);
    }
    auto logger = std::make_shared<spdlog::logger>("audienced", sink);
    logger->set_pattern("%v");
    logger->set_level(ToSpdlog(level));
    // Lines are few; one that is lost in a crash is the one that was wanted.
    logger->flush_on(spdlog::level::trace);
    absl::MutexLock lock(&mutex_);
    logger_ = std::move(logger);
    format_ = format;
    repeats_ = RepeatLimiter();
  }

  void Write(LogLevel level, std::string_view component, std::string_view text,
             LogFields fields) {
    LogMessage message = {absl::Now(), level, component, text, fields};
    std::shared_ptr<spdlog::logger> logger;
    LogFormat format;
    {
      absl::MutexLock lock(&mutex_);
      if (!logger_->should_log(ToSpdlog(level))) return;
      std::string name(component);
      name.append(": ").append(text);
      const std::optional<int64_t> suppressed =
          repeats_.Admit(name, message.time);
      if (!suppressed.has_value()) return;
      message.suppressed = *suppressed;
      logger = logger_;
      format = format_;
    }
    const std::string line = LogLine(message, format);
    logger->log(ToSpdlog(level), spdlog::string_view_t(line));
  }

 private:
  absl::Mutex mutex_;
  std::shared_ptr<spdlog::logger> logger_ ABSL_GUARDED_BY(mutex_);
  LogFormat format_ ABSL_GUARDED_BY(mutex_) = LogFormat::kConsole;
  RepeatLimiter repeats_ ABSL_GUARDED_BY(mutex_);
};

Log& TheLog() {
  // Never destroyed: threads that end late may still speak.
  static Log* const log = [] {
    auto* started = new Log;
    started->Start(LogFormat::kConsole, LogLevel::kInfo, nullptr);
    return started;
  }();
  return *log;
}

}  // namespace

LogField::LogField(std::string_view key, absl::Duration value)
    : key_(key), value_(absl::ToDoubleSeconds(value)) {}

LogField::LogField(std::string_view key, absl::Time value)
    : key_(key),
      value_(absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", value,
                              absl::UTCTimeZone())) {}

LogField::LogField(std::string_view key, const absl::Status& value)
    : key_(key),
      value_(value.ToString(absl::StatusToStringMode::kWithNoExtraData)) {}

void StartLogging(LogFormat format, LogLevel level, std::ostream* stream) {
  TheLog().Start(format, level, stream);
}

void LogDebug(std::string_view component, std::string_view message,
              LogFields fields) {
  TheLog().Write(LogLevel::kDebug, component, message, fields);
}

void LogInfo(std::string_view component, std::string_view message,
             LogFields fields) {
  TheLog().Write(LogLevel::kInfo, component, message, fields);
}

void LogWarning(std::string_view component, std::string_view message,
                LogFields fields) {
  TheLog().Write(LogLevel::kWarning, component, message, fields);
}

void LogError(std::string_view component, std::string_view message,
              LogFields fields) {
  TheLog().Write(LogLevel::kError, component, message, fields);
}

std::string_view LogLevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "error";
}

}  // namespace audienced
