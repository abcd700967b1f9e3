#include "daemon/ingest/value_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace audienced {
namespace {

// How deep lists and objects may be nested in each other.
constexpr size_t kDepthLimit = 64;

void AppendText(std::string_view text, std::string& json) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto is_escaped = [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  };
  json.push_back('"');
  for (auto c = text.begin(); c != text.end(); ++c) {
    const auto plain = c;
    c = std::find_if(plain, text.end(), is_escaped);
    json.append(plain, c);
    if (c == text.end()) break;
    if (*c == '"' || *c == '\\') {
      json.push_back('\\');
      json.push_back(*c);
    } else {
      json += "\\u00";
      json.push_back(kHex[*c >> 4]);
      json.push_back(kHex[*c & 15]);
    }
  }
  json.push_back('"');
}

void AppendProperties(const Properties& properties, std::string& json);

void AppendValue(const Value& value, std::string& json) {
  if (const bool* boolean = value.boolean()) {
    json += *boolean ? "true" : "false";
  } else if (const Decimal* number = value.number()) {
    json += ToText(*number);
  } else if (const std::string* text = value.text()) {
    AppendText(*text, json);
  } else if (const Value::List* list = value.list()) {
    json.push_back('[');
    for (const Value& element : *list) {
      if (&element != &list->front()) json.push_back(',');
      AppendValue(element, json);
    }
    json.push_back(']');
  } else if (const Properties* object = value.object()) {
    AppendProperties(*object, json);
  } else {
    json += "null";
  }
}

void AppendProperties(const Properties& properties, std::string& json) {
  json.push_back('{');
  bool first = true;
  for (const auto& [name, value] : properties) {
    if (!first) json.push_back(',');
    first = false;
    AppendText(name, json);
    json.push_back(':');
    AppendValue(value, json);
  }
  json.push_back('}');
}

// Builds the value while nlohmann's parser reads; returning false stops it.
class ValueBuilder {
 public:
  using Json = nlohmann::json;

  bool null() { return Take(Value()); }
  bool boolean(bool boolean) { return Take(Value(boolean)); }
  bool number_integer(Json::number_integer_t number) {
    return TakeNumber(absl::StrCat(number));
  }
  bool number_unsigned(Json::number_unsigned_t number) {
    return TakeNumber(absl::StrCat(number));
  }
  bool number_float(Json::number_float_t, const std::string& text) {
    return TakeNumber(text);
  }
  bool string(std::string& text) {
    return RefuseNul(text) && Take(Value(std::move(text)));
  }
  bool binary(Json::binary_t&) { return false; }  // not in JSON text
  bool key(std::string& name) {
    open_.back().name = std::move(name);
    return RefuseNul(open_.back().name);
  }
  bool start_object(size_t) { return Open(/*is_object=*/true); }
  bool end_object() { return Close(); }
  bool start_array(size_t) { return Open(/*is_object=*/false); }
  bool end_array() { return Close(); }
  bool parse_error(size_t position, const std::string&,
                   const Json::exception& error) {
    // The message quotes what was read, which may be personal data.
    error_ = error.id == 406
                 ? absl::StrCat("a number is too large near byte ", position)
                 : absl::StrCat("not JSON at byte ", position);
    return false;
  }

  Value& value() { return value_; }
  const std::string& error() const { return error_; }

 private:
  struct Container {
    bool is_object = false;
    std::string name;  // of the property that is being read
    Properties object;
    Value::List list;
  };

  bool RefuseNul(const std::string& text) {
    if (text.find('\0') == std::string::npos) return true;
    error_ = "a text with U+0000";
    return false;
  }

  bool Open(bool is_object) {
    if (open_.size() >= kDepthLimit) {
      error_ = absl::StrCat("nested deeper than ", kDepthLimit);
      return false;
    }
    open_.push_back({is_object, {}, {}, {}});
    return true;
  }

  bool Close() {
    Container done = std::move(open_.back());
    open_.pop_back();
    return Take(done.is_object ? Value(std::move(done.object))
                               : Value(std::move(done.list)));
  }

  bool TakeNumber(const std::string& text) {
    const std::optional<Decimal> number = ParseDecimal(text);
    return Take(number ? Value(*number) : Value(text));
  }

  bool Take(Value value) {
    if (open_.empty()) {
      value_ = std::move(value);
    } else if (open_.back().is_object) {
      open_.back().object.Set(std::move(open_.back().name), std::move(value));
    } else {
      open_.back().list.push_back(std::move(value));
    }
    return true;
  }

  std::vector<Container> open_;
  Value value_;
  std::string error_;
};

}  // namespace

std::string ToJson(const Value& value) {
  std::string json;
  AppendValue(value, json);
  return json;
}

std::string ToJson(const Properties& properties) {
  std::string json;
  AppendProperties(properties, json);
  return json;
}

std::string ToJson(const std::vector<Properties>& items) {
  std::string json = "[";
  for (const Properties& item : items) {
    if (&item != &items.front()) json.push_back(',');
    AppendProperties(item, json);
  }
  json.push_back(']');
  return json;
}

absl::StatusOr<Value> ParseValue(std::string_view json) {
  ValueBuilder builder;
  if (!nlohmann::json::sax_parse(json.begin(), json.end(), &builder)) {
    return absl::InvalidArgumentError(builder.error());
  }
  return std::move(builder.value());
}

absl::StatusOr<Properties> ParseProperties(std::string_view json) {
  absl::StatusOr<Value> value = ParseValue(json);
  if (!value.ok()) return value.status();
  const Properties* object = value->object();
  if (object == nullptr) {
    return absl::InvalidArgumentError("not a JSON object");
  }
  return *object;
}

}  // namespace audienced
