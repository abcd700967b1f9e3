#include "daemon/store/tables/plain_json.h"

#include <cstring>
#include <string>
#include <utility>

namespace audienced {
namespace {

constexpr int kPlainDepth = 8;

class PlainReader {
 public:
  explicit PlainReader(std::string_view json) : rest_(json) {}

  std::optional<Value> ReadAll() {
    std::optional<Value> value = ReadValue(0);
    return IsAtEnd() ? std::move(value) : std::nullopt;
  }
  std::optional<Properties> ReadAllAsObject() {
    Properties object;
    const bool is_read = IsAt('{') && ReadObject(0, object) && IsAtEnd();
    return is_read ? std::optional(std::move(object)) : std::nullopt;
  }
  std::optional<std::vector<Properties>> ReadAllAsObjects() {
    std::vector<Properties> objects;
    if (!Take('[')) return std::nullopt;
    do {
      if (!IsAt('{') || !ReadObject(1, objects.emplace_back())) {
        return std::nullopt;
      }
    } while (Take(','));
    const bool is_read = Take(']') && IsAtEnd();
    return is_read ? std::optional(std::move(objects)) : std::nullopt;
  }

 private:
  void SkipSpace() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\n' ||
                              rest_[0] == '\t' || rest_[0] == '\r')) {
      rest_.remove_prefix(1);
    }
  }
  bool IsAt(char c) {
    SkipSpace();
    return !rest_.empty() && rest_[0] == c;
  }
  bool IsAtEnd() {
    SkipSpace();
    return rest_.empty();
  }
  bool Take(char c) {
    if (!IsAt(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::optional<Value> ReadValue(int depth) {
    SkipSpace();
    if (rest_.empty() || depth > kPlainDepth) return std::nullopt;
    switch (rest_[0]) {
      case '{': {
        Properties object;
        if (!ReadObject(depth, object)) return std::nullopt;
        return Value(std::move(object));
      }
      case '[':
        return ReadList(depth);
      case '"': {
        const std::optional<std::string_view> text = ReadText();
        if (!text) return std::nullopt;
        return Value(*text);
      }
      case 't':
        if (TakeWord("true")) return Value(true);
        return std::nullopt;
      case 'f':
        if (TakeWord("false")) return Value(false);
        return std::nullopt;
      case 'n':
        if (TakeWord("null")) return Value();
        return std::nullopt;
      default:
        return ReadNumber();
    }
  }

  // At its brace.
  bool ReadObject(int depth, Properties& object) {
    rest_.remove_prefix(1);
    if (Take('}')) return true;
    do {
      SkipSpace();
      const std::optional<std::string_view> name = ReadText();
      if (!name || !Take(':')) return false;
      std::optional<Value> value = ReadValue(depth + 1);
      if (!value) return false;
      object.Set(std::string(*name), *std::move(value));
    } while (Take(','));
    return Take('}');
  }

  std::optional<Value> ReadList(int depth) {
    Value::List list;
    rest_.remove_prefix(1);
    if (Take(']')) return Value(std::move(list));
    do {
      std::optional<Value> value = ReadValue(depth + 1);
      if (!value) return std::nullopt;
      list.push_back(*std::move(value));
    } while (Take(','));
    if (!Take(']')) return std::nullopt;
    return Value(std::move(list));
  }

  // One without escapes. What the database holds is valid UTF-8 without
  // control characters in texts.
  std::optional<std::string_view> ReadText() {
    if (rest_.empty() || rest_[0] != '"') return std::nullopt;
    const size_t end = rest_.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view text = rest_.substr(1, end - 1);
    if (std::memchr(text.data(), '\\', text.size()) != nullptr) {
      return std::nullopt;
    }
    rest_.remove_prefix(end + 1);
    return text;
  }

  // The database writes numbers in one form: digits, and digits behind a point.
  std::optional<Value> ReadNumber() {
    size_t end = 0;
    if (end < rest_.size() && rest_[end] == '-') ++end;
    const size_t begin = end;
    const auto take_digits = [&] {
      const size_t from = end;
      while (end < rest_.size() && rest_[end] >= '0' && rest_[end] <= '9') {
        ++end;
      }
      return end > from;
    };
    if (!take_digits()) return std::nullopt;
    if (rest_[begin] == '0' && end > begin + 1) return std::nullopt;
    if (end < rest_.size() && rest_[end] == '.') {
      ++end;
      if (!take_digits()) return std::nullopt;
    }
    if (end < rest_.size() && (rest_[end] == 'e' || rest_[end] == 'E')) {
      return std::nullopt;
    }
    const std::string_view text = rest_.substr(0, end);
    rest_.remove_prefix(end);
    const std::optional<Decimal> number = ParseDecimal(text);
    return number ? Value(*number) : Value(text);
  }

  std::string_view rest_;
};

}  // namespace

std::optional<Value> ReadPlainJson(std::string_view json) {
  return PlainReader(json).ReadAll();
}

std::optional<Properties> ReadPlainObject(std::string_view json) {
  return PlainReader(json).ReadAllAsObject();
}

std::optional<std::vector<Properties>> ReadPlainObjects(std::string_view json) {
  return PlainReader(json).ReadAllAsObjects();
}

}  // namespace audienced
