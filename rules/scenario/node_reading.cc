#include "rules/scenario/node_reading.h"

#include <algorithm>
#include <utility>

#include "rules/history/decimal.h"
#include "rules/language/duration_text.h"
#include "rules/source/message.h"
#include "rules/source/spelling.h"

namespace audienced {
namespace {

std::string_view KindText(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return "empty";
    case Node::Kind::kScalar:
      return "a single word";
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMapping:
      return "a mapping";
  }
  return "";
}

bool ExpectKind(const Node& node, Node::Kind kind, std::string_view wanted,
                std::string_view what, Diagnostics& diagnostics) {
  if (node.kind == kind) return true;
  diagnostics.Add(
      "wrong-kind", node.place,
      Concat(what, " is ", KindText(node), "; it must be ", wanted));
  return false;
}

// The booleans of YAML 1.2. Words that only older readers take for one (y, NO)
// are text here: what a sender sends is not judged by how YAML reads it.
std::optional<bool> ReadBoolean(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

}  // namespace

bool ExpectMapping(const Node& node, std::string_view what,
                   Diagnostics& diagnostics) {
  return ExpectKind(node, Node::Kind::kMapping, "a mapping", what, diagnostics);
}

bool ExpectList(const Node& node, std::string_view what,
                Diagnostics& diagnostics) {
  return ExpectKind(node, Node::Kind::kSequence, "a list", what, diagnostics);
}

void ExpectKeys(const Node& mapping, const std::vector<std::string_view>& keys,
                std::string_view what, Diagnostics& diagnostics) {
  for (const Node::Entry& entry : mapping.entries) {
    const std::string& key = entry.key.text;
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    const std::string_view nearest = NearestName(key, keys);
    diagnostics.Add(
        "unknown-key", entry.key.place,
        Concat(what, " has no key ", Quoted(key)), "",
        nearest.empty() ? "" : Concat("did you mean ", Quoted(nearest), "?"));
  }
}

const Node* Require(const Node& mapping, std::string_view key,
                    std::string_view what, Diagnostics& diagnostics) {
  const Node* value = mapping.Find(key);
  if (value == nullptr) {
    diagnostics.Add("missing-key", mapping.place,
                    Concat(what, " needs the key ", Quoted(key)));
  }
  return value;
}

std::optional<std::string> ReadText(const Node& node, std::string_view what,
                                    Diagnostics& diagnostics) {
  if (!ExpectKind(node, Node::Kind::kScalar, "a word", what, diagnostics)) {
    return std::nullopt;
  }
  if (node.text.empty()) {
    diagnostics.Add("empty-text", node.place, Concat(what, " is empty"));
    return std::nullopt;
  }
  return node.text;
}

Value ReadValue(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return Value();
    case Node::Kind::kMapping:
      return Value(ReadProperties(node));
    case Node::Kind::kSequence: {
      Value::List list;
      for (const Node& element : node.elements) {
        list.push_back(ReadValue(element));
      }
      return Value(std::move(list));
    }
    case Node::Kind::kScalar:
      break;
  }
  if (node.quoted) return Value(node.text);
  if (const std::optional<bool> boolean = ReadBoolean(node.text)) {
    return Value(*boolean);
  }
  if (const std::optional<Decimal> number = ParseDecimal(node.text)) {
    return Value(*number);
  }
  return Value(node.text);
}

Properties ReadProperties(const Node& mapping) {
  Properties properties;
  for (const Node::Entry& entry : mapping.entries) {
    properties.Set(entry.key.text, ReadValue(entry.value));
  }
  return properties;
}

bool TestTimes::ReadStart(const Node& node) {
  if (!ExpectKind(node, Node::Kind::kScalar, "a timestamp", "'start'",
                  diagnostics_)) {
    return false;
  }
  start_ = ParseTimestamp(node.text);
  if (!start_.has_value()) {
    diagnostics_.Add("bad-instant", node.place,
                     Concat(Quoted(node.text), " is no timestamp with a zone"),
                     "", "write it as in '2026-03-01T09:00:00Z'");
  }
  return start_.has_value();
}

std::optional<absl::Time> TestTimes::Read(const Node& node) {
  if (!ExpectKind(node, Node::Kind::kScalar, "a time", "the time",
                  diagnostics_)) {
    return std::nullopt;
  }
  std::optional<absl::Time> time = ParseTimestamp(node.text);
  if (!time.has_value()) {
    const std::optional<absl::Duration> after = ParseDurationText(node.text);
    if (!after.has_value()) {
      diagnostics_.Add("bad-instant", node.place,
                       Concat(Quoted(node.text), " is no time"), "",
                       "write a duration after the start, '1h30m', or a "
                       "timestamp with its zone, '2026-03-01T09:00:00Z'");
      return std::nullopt;
    }
    if (!start_.has_value()) {
      diagnostics_.Add("bad-instant", node.place,
                       Concat(Quoted(node.text),
                              " counts from the start of the test, which "
                              "says none"),
                       "", "add 'start: 2026-03-01T00:00:00Z' to the test");
      return std::nullopt;
    }
    time = *start_ + *after;
  }
  end_ = std::max(end_, *time);
  return time;
}

}  // namespace audienced
