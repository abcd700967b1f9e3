#ifndef AUDIENCED_RULES_HISTORY_VALUE_H_
#define AUDIENCED_RULES_HISTORY_VALUE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "rules/history/decimal.h"

namespace audienced {

class Value;

// Properties by name. Few enough that a scan beats a table; kept in the order
// in which they were given. A name stands once: Set() replaces.
class Properties {
 public:
  using Entry = std::pair<std::string, Value>;

  // The value of `name`, or null where there is none. Names are not split at
  // dots; see FindPath().
  const Value* Find(std::string_view name) const;
  // The same by a path; see FindPathIn().
  const Value* FindPath(std::string_view path) const;
  void Set(std::string name, Value value);

  bool empty() const;
  size_t size() const;
  std::vector<Entry>::const_iterator begin() const;
  std::vector<Entry>::const_iterator end() const;

  friend bool operator==(const Properties& left, const Properties& right);

 private:
  std::vector<Entry> entries_;
};

// One value of a property: what JSON can say, with exact decimals. A number
// beyond the bounds of Decimal is kept as its text.
class Value {
 public:
  using Null = std::monostate;
  using List = std::vector<Value>;

  Value() = default;  // null: missing
  explicit Value(bool boolean) : data_(boolean) {}
  explicit Value(Decimal number) : data_(number) {}
  explicit Value(std::string text) : data_(std::move(text)) {}
  explicit Value(std::string_view text) : data_(std::string(text)) {}
  explicit Value(const char* text) : data_(std::string(text)) {}
  explicit Value(List list) : data_(std::move(list)) {}
  explicit Value(Properties object) : data_(std::move(object)) {}

  bool is_null() const { return std::holds_alternative<Null>(data_); }
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const Decimal* number() const { return std::get_if<Decimal>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const List* list() const { return std::get_if<List>(&data_); }
  const Properties* object() const { return std::get_if<Properties>(&data_); }

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<Null, bool, Decimal, std::string, List, Properties> data_;
};

// The value at `path` among those that `find` tells by their whole names; null
// is none, and `find` tells no null value. Where none has the whole name, a
// dotted path reaches into objects: `customer.tier`.
const Value* FindPathIn(absl::FunctionRef<const Value*(std::string_view)> find,
                        std::string_view path);

// Where Value is complete, so that these stay inline.
inline bool Properties::empty() const { return entries_.empty(); }
inline size_t Properties::size() const { return entries_.size(); }
inline std::vector<Properties::Entry>::const_iterator Properties::begin()
    const {
  return entries_.begin();
}
inline std::vector<Properties::Entry>::const_iterator Properties::end() const {
  return entries_.end();
}

// The number that `value` counts as: itself, or that of a text in the form of
// a number. Absent for everything else.
std::optional<Decimal> AsNumber(const Value& value);

// `value` as the text by which values are told apart (`same`, `distinct`,
// `once_per`): text as it is, a number without a trailing `.0`, `true` or
// `false`. Absent for null, lists and objects.
std::optional<std::string> AsText(const Value& value);

}  // namespace audienced

#endif  // AUDIENCED_RULES_HISTORY_VALUE_H_
