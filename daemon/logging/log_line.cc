#include "daemon/logging/log_line.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace audienced {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const LogField::Value& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

// Bytes that are no UTF-8 must not end in an exception.
std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
}

std::string JsonLine(const LogMessage& message) {
  Json line = {
      {"ts", TimeText(message.time)},
      {"level", std::string(LogLevelName(message.level))},
      {"component", std::string(message.component)},
      {"msg", std::string(message.text)},
  };
  for (const LogField& field : message.fields) {
    line[std::string(field.key())] = ToJson(field.value());
  }
  if (message.suppressed > 0) line["suppressed"] = message.suppressed;
  return Dump(line);
}

// `value` as it stands, or in quotes where that could be misread.
std::string ConsoleValue(const LogField::Value& value) {
  const std::string* text = std::get_if<std::string>(&value);
  if (text == nullptr) return Dump(ToJson(value));
  const auto needs_quotes = [](unsigned char byte) {
    return byte <= ' ' || byte == '"' || byte == '=' || byte == 0x7F;
  };
  for (char byte : *text) {
    if (needs_quotes(byte)) return Dump(*text);
  }
  return text->empty() ? "\"\"" : *text;
}

std::string ConsoleLine(const LogMessage& message) {
  std::string line = TimeText(message.time);
  std::string level(LogLevelName(message.level));
  level.resize(LogLevelName(LogLevel::kWarning).size(), ' ');
  line.append(" ").append(level).append(" ").append(message.component);
  line.append(": ").append(message.text);
  for (const LogField& field : message.fields) {
    line.append(" ").append(field.key()).append("=");
    line.append(ConsoleValue(field.value()));
  }
  if (message.suppressed > 0) {
    line.append(" suppressed=").append(std::to_string(message.suppressed));
  }
  return line;
}

}  // namespace

std::string LogLine(const LogMessage& message, LogFormat format) {
  return format == LogFormat::kJson ? JsonLine(message) : ConsoleLine(message);
}

}  // namespace audienced
