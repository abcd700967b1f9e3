#include "daemon/store/tables/asked_json.h"

namespace audienced {
namespace {

class Reducer {
 public:
  Reducer(std::string_view json, absl::FunctionRef<bool(std::string_view)> asks,
          std::string& into)
      : rest_(json), asks_(asks), into_(into) {}

  // Whether all was understood.
  bool Reduce() {
    return (IsAt('[') ? ReduceList() : ReduceElement()) && IsAtEnd();
  }

 private:
  bool IsAtEnd() {
    size_t space = 0;
    while (space < rest_.size() &&
           (rest_[space] == ' ' || rest_[space] == '\n' ||
            rest_[space] == '\t' || rest_[space] == '\r')) {
      ++space;
    }
    rest_.remove_prefix(space);
    return rest_.empty();
  }
  bool IsAt(char c) { return !IsAtEnd() && rest_[0] == c; }
  bool Take(char c) {
    if (!IsAt(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool ReduceList() {
    Take('[');
    into_.push_back('[');
    if (!IsAt(']')) {
      do {
        if (into_.back() != '[') into_.append(", ");
        if (!ReduceElement()) return false;
      } while (Take(','));
    }
    into_.push_back(']');
    return Take(']');
  }

  bool ReduceElement() {
    if (IsAt('{')) return ReduceObject();
    const std::string_view before = rest_;
    if (!SkipValue()) return false;
    into_.append(before.substr(0, before.size() - rest_.size()));
    return true;
  }

  bool ReduceObject() {
    Take('{');
    into_.push_back('{');
    if (!IsAt('}')) {
      do {
        if (!ReduceMember()) return false;
      } while (Take(','));
    }
    into_.push_back('}');
    return Take('}');
  }

  bool ReduceMember() {
    if (!IsAt('"')) return false;
    const std::string_view before = rest_;
    if (!SkipText()) return false;
    const std::string_view name =
        before.substr(1, before.size() - rest_.size() - 2);
    if (!Take(':') || !SkipValue()) return false;
    if (name.find('\\') != std::string_view::npos || asks_(name)) {
      if (into_.back() != '{') into_.append(", ");
      into_.append(before.substr(0, before.size() - rest_.size()));
    }
    return true;
  }

  bool SkipValue() {
    if (IsAtEnd()) return false;
    if (rest_[0] == '"') return SkipText();
    if (rest_[0] == '{' || rest_[0] == '[') return SkipNested();
    size_t end = 0;
    while (end < rest_.size() && !EndsValue(rest_[end])) ++end;
    rest_.remove_prefix(end);
    return end != 0;
  }
  static bool EndsValue(char c) {
    return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' ||
           c == '\t' || c == '\r';
  }

  // At a brace or bracket: through the one that belongs to it.
  bool SkipNested() {
    int depth = 0;
    do {
      const size_t next = rest_.find_first_of("\"{}[]");
      if (next == std::string_view::npos) return false;
      rest_.remove_prefix(next);
      if (rest_[0] == '"') {
        if (!SkipText()) return false;
        continue;
      }
      depth += rest_[0] == '{' || rest_[0] == '[' ? 1 : -1;
      rest_.remove_prefix(1);
    } while (depth > 0);
    return true;
  }

  // At a quote: through the one that ends the text.
  bool SkipText() {
    size_t end = rest_.find('"', 1);
    while (end != std::string_view::npos && IsEscaped(end)) {
      end = rest_.find('"', end + 1);
    }
    if (end == std::string_view::npos) return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  // Whether an odd number of backslashes stands before.
  bool IsEscaped(size_t quote) const {
    size_t begin = quote;
    while (rest_[begin - 1] == '\\') --begin;
    return (quote - begin) % 2 == 1;
  }

  std::string_view rest_;
  const absl::FunctionRef<bool(std::string_view)> asks_;
  std::string& into_;
};

}  // namespace

void AppendAsked(std::string_view json,
                 absl::FunctionRef<bool(std::string_view)> asks,
                 std::string& into) {
  const size_t begin = into.size();
  if (Reducer(json, asks, into).Reduce()) return;
  into.resize(begin);
  into.append(json);
}

}  // namespace audienced
