#include "rules/history/value.h"

#include <algorithm>

namespace audienced {

const Value* Properties::Find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.first == name) {
      return entry.second.is_null() ? nullptr : &entry.second;
    }
  }
  return nullptr;
}

const Value* Properties::FindPath(std::string_view path) const {
  return FindPathIn([this](std::string_view name) { return Find(name); }, path);
}

const Value* FindPathIn(absl::FunctionRef<const Value*(std::string_view)> find,
                        std::string_view path) {
  if (const Value* value = find(path)) return value;
  for (size_t dot = path.find('.'); dot != std::string_view::npos;
       dot = path.find('.', dot + 1)) {
    const Value* outer = find(path.substr(0, dot));
    if (outer == nullptr || outer->object() == nullptr) continue;
    if (const Value* inner = outer->object()->FindPath(path.substr(dot + 1))) {
      return inner;
    }
  }
  return nullptr;
}

void Properties::Set(std::string name, Value value) {
  for (Entry& entry : entries_) {
    if (entry.first == name) {
      entry.second = std::move(value);
      return;
    }
  }
  entries_.emplace_back(std::move(name), std::move(value));
}

bool operator==(const Properties& left, const Properties& right) {
  return left.entries_ == right.entries_;
}

std::optional<Decimal> AsNumber(const Value& value) {
  if (const Decimal* number = value.number()) return *number;
  if (const std::string* text = value.text()) return ParseDecimal(*text);
  return std::nullopt;
}

std::optional<std::string> AsText(const Value& value) {
  if (const std::string* text = value.text()) return *text;
  if (const Decimal* number = value.number()) return ToText(*number);
  if (const bool* boolean = value.boolean()) {
    return *boolean ? "true" : "false";
  }
  return std::nullopt;
}

}  // namespace audienced
