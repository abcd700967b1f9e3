#include "rules/language/schema/json_writer.h"

#include <utility>

namespace audienced {

std::string JsonString(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string json = "\"";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      json += '\\';
      json += character;
    } else if (byte < 0x20) {
      json += "\\u00";
      json += kHex[byte >> 4];
      json += kHex[byte & 0xF];
    } else {
      json += character;
    }
  }
  json += '"';
  return json;
}

void JsonWriter::NewLine() {
  text_ += '\n';
  text_.append(2 * filled_.size(), ' ');
}

void JsonWriter::Separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (filled_.empty()) return;
  if (filled_.back()) text_ += ',';
  filled_.back() = true;
  NewLine();
}

void JsonWriter::Open(char bracket) {
  Separate();
  text_ += bracket;
  filled_.push_back(false);
}

void JsonWriter::Close(char bracket) {
  const bool filled = filled_.back();
  filled_.pop_back();
  if (filled) NewLine();
  text_ += bracket;
}

void JsonWriter::Key(std::string_view key) {
  Separate();
  text_ += JsonString(key);
  text_ += ": ";
  after_key_ = true;
}

void JsonWriter::Text(std::string_view text) {
  Separate();
  text_ += JsonString(text);
}

void JsonWriter::Number(int64_t number) {
  Separate();
  text_ += std::to_string(number);
}

void JsonWriter::Boolean(bool value) {
  Separate();
  text_ += value ? "true" : "false";
}

void JsonWriter::Field(std::string_view key, std::string_view text) {
  Key(key);
  Text(text);
}

void JsonWriter::Field(std::string_view key,
                       const std::vector<std::string>& texts) {
  Key(key);
  Separate();
  text_ += '[';
  for (size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) text_ += ", ";
    text_ += JsonString(texts[i]);
  }
  text_ += ']';
}

std::string JsonWriter::Take() {
  text_ += '\n';
  return std::exchange(text_, "");
}

}  // namespace audienced
