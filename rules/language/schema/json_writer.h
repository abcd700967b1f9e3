#ifndef AUDIENCED_RULES_LANGUAGE_SCHEMA_JSON_WRITER_H_
#define AUDIENCED_RULES_LANGUAGE_SCHEMA_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace audienced {

// Writes JSON text, indented by two, in the order of the calls. The caller
// sees to it that every Open() has its Close() and that in an object each
// value follows a Key(). For one thread at a time.
class JsonWriter {
 public:
  void OpenObject() { Open('{'); }
  void CloseObject() { Close('}'); }
  void OpenArray() { Open('['); }
  void CloseArray() { Close(']'); }

  void Key(std::string_view key);
  void Text(std::string_view text);
  void Number(int64_t number);
  void Boolean(bool value);

  // A key with its value.
  void Field(std::string_view key, std::string_view text);
  // A key with a list of texts, in one line.
  void Field(std::string_view key, const std::vector<std::string>& texts);

  // All that was written, with a newline at the end.
  std::string Take();

 private:
  void Open(char bracket);
  void Close(char bracket);
  // What stands before a value: a comma, a new line.
  void Separate();
  void NewLine();

  std::string text_;
  // For each open bracket whether something stands in it.
  std::vector<bool> filled_;
  bool after_key_ = false;
};

// `text` as a JSON string, in quotes.
std::string JsonString(std::string_view text);

}  // namespace audienced

#endif  // AUDIENCED_RULES_LANGUAGE_SCHEMA_JSON_WRITER_H_
